"""``promptSalience.chooseTarget``: uri. Asks which part of the response to explain.

``promptSalience.explainTarget`` takes it as an argument.
"""

from __future__ import annotations

from typing import Any

from prompt_salience.editor.markdown import shortened
from prompt_salience.editor.snapshot import Explained
from prompt_salience.editor.targets import part_spans
from prompt_salience.explaining import Span
from prompt_salience.language_server.commands.arguments import asked_file
from prompt_salience.language_server.commands.explain_target import choose_target
from prompt_salience.language_server.server import Server

NAME = "promptSalience.chooseTarget"
_WHOLE = "The whole response"
_LONGEST = 80


async def execute(ls: Server, *arguments: Any) -> None:
    """Ask which part of the response is to be explained."""
    file = await asked_file(ls, arguments)
    if file.explained is None:
        ls.messages.error("There is no response yet: run the prompt first.")
        return
    options, response = _options(file.explained), file.explained.explanation.response

    async def answered(title: str) -> None:
        # The model may have written something else while the question was open.
        if file.explained is not None and file.explained.explanation.response == response:
            choose_target(ls, file, file.explained, options[title])

    ls.messages.ask("Explain which part of the response?", list(options), answered)


def _options(explained: Explained) -> dict[str, Span | None]:
    """Parts of the response by what they are called: a number and the beginning of the text."""
    explanation = explained.explanation
    found: dict[str, Span | None] = {_WHOLE: None}
    for number, span in enumerate(part_spans(explanation), start=1):
        found[f"{number}. {shortened(explanation.response[slice(*span)], _LONGEST)}"] = span
    return found
