"""``promptSalience.chooseTarget``: uri. Asks which part of the response to explain.

``promptSalience.explainTarget`` takes it as an argument.
"""

from __future__ import annotations

from typing import Any

from prompt_salience.editor.snapshot import Explained
from prompt_salience.explaining import Span
from prompt_salience.language_server.commands.arguments import asked_file
from prompt_salience.language_server.commands.explain_target import choose_target
from prompt_salience.language_server.server import Server
from prompt_salience.prompts.units import Part

NAME = "promptSalience.chooseTarget"
_WHOLE = "The whole response"
_LONGEST = 80


async def execute(ls: Server, *arguments: Any) -> None:
    """Ask which part of the response is to be explained."""
    file = await asked_file(ls, arguments)
    if file.explained is None:
        ls.messages.error("There is no response yet: run the prompt first.")
        return
    options = _options(file.explained)

    async def answered(title: str) -> None:
        if file.explained is not None and title in options:
            choose_target(ls, file, file.explained, options[title])

    ls.messages.ask("Explain which part of the response?", list(options), answered)


def _options(explained: Explained) -> dict[str, Span | None]:
    """Parts of the response by what they are called: a number and the beginning of the text."""
    explanation, border = explained.explanation, len(explained.explanation.prompt)
    found: dict[str, Span | None] = {_WHOLE: None}
    units = [unit for unit in explanation.units if unit.part is Part.RESPONSE]
    for number, unit in enumerate(units, start=1):
        text = " ".join(explanation.text[unit.start : unit.end].split())
        shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
        found[f"{number}. {shown}"] = unit.start - border, unit.end - border
    return found
