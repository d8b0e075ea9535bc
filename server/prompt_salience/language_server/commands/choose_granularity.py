"""``promptSalience.chooseGranularity``: uri, granularity, and for ``pattern`` the regular expression."""

from __future__ import annotations

from typing import Any

from prompt_salience.editor.options import QUESTIONS
from prompt_salience.language_server.commands.arguments import asked_file, further
from prompt_salience.language_server.commands.choose import chosen_or_asked, explained_anew, is_option
from prompt_salience.language_server.prompt_file import PromptFile
from prompt_salience.language_server.server import Server
from prompt_salience.prompts.patterns import PatternError, pattern_divider
from prompt_salience.prompts.units import Granularity

NAME = "promptSalience.chooseGranularity"


async def execute(ls: Server, *arguments: Any) -> str | None:
    """Divide the prompt more finely or more coarsely."""
    file = await asked_file(ls, arguments)
    pattern = further(arguments, 2)

    async def choose(granularity: str) -> str | None:
        if not is_option(ls, granularity, "granularity", Granularity) or not _has_pattern(
            ls, file, granularity, pattern
        ):
            return None
        file.chosen["granularity"] = Granularity(granularity)
        return explained_anew(ls, file)

    return await chosen_or_asked(ls, further(arguments), QUESTIONS["granularity"], list(Granularity), choose)


def _has_pattern(ls: Server, file: PromptFile, granularity: str, pattern: Any) -> bool:
    if granularity != Granularity.PATTERN:
        return True
    if isinstance(pattern, str) and pattern:
        try:
            pattern_divider(pattern)
        except PatternError as error:
            ls.messages.error(str(error))
            return False
        file.chosen["pattern"] = pattern
    if file.choices.pattern:
        return True
    ls.messages.error("Give the regular expression as the third argument, or set promptSalience.pattern.")
    return False
