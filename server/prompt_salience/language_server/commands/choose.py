"""What the commands that choose something have in common.

Decisions:
- With the choice as an argument it is made; without it the user is asked, with what there is to choose from.
- A choice that changes what is shown takes effect at once: what was explained is explained anew.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Any

from prompt_salience.editor.targets import wanted_now
from prompt_salience.language_server.prompt_file import PromptFile
from prompt_salience.language_server.running import NotRunnableError
from prompt_salience.language_server.server import Server
from prompt_salience.prompts.suggestions import did_you_mean

Choose = Callable[[str], Awaitable[str | None]]


async def chosen_or_asked(ls: Server, given: Any, question: str, options: Sequence[str], choose: Choose) -> str | None:
    """Make the choice that was given, or ask for one; returns the id of the job that follows from it."""
    if given is None:

        async def answered(title: str) -> None:
            await choose(title)

        ls.messages.ask(question, options, answered)
        return None
    return await choose(str(given))


def is_option(ls: Server, value: str, what: str, options: Sequence[str] | type[StrEnum]) -> bool:
    """Whether a choice is one of several; where it is not, the user is told."""
    names = [str(option) for option in options]
    if value in names:
        return True
    ls.messages.error(
        f"There is no {what} {value!r}. {did_you_mean(value, names) or 'Choose one of ' + ', '.join(names)}"
    )
    return False


def explained_anew(ls: Server, file: PromptFile) -> str | None:
    """Explain the response that is there as is chosen now; nothing before there is one."""
    if file.explained is None:
        ls.choices_changed(file)
        return None
    return ls.running.explain(file, wanted_now(file.explained.explanation)).id


def run_anew(ls: Server, file: PromptFile) -> str | None:
    """Run the prompt as is chosen now; nothing before it was run."""
    if file.explained is None:
        ls.choices_changed(file)
        return None
    try:
        return ls.running.run(file).id
    except NotRunnableError as error:
        ls.messages.error(str(error))
        return None
