"""``promptSalience.chooseTarget``: uri. Asks which part of the response to explain.

``promptSalience.explainTarget`` takes it as an argument.
"""

from __future__ import annotations

from typing import Any

from prompt_salience.editor.options import QUESTIONS, target_options
from prompt_salience.editor.targets import Wanted, part_spans
from prompt_salience.language_server.commands.arguments import asked_file
from prompt_salience.language_server.commands.explain_target import choose_target
from prompt_salience.language_server.server import Server

NAME = "promptSalience.chooseTarget"


async def execute(ls: Server, *arguments: Any) -> None:
    """Ask which part of the response is to be explained."""
    file = await asked_file(ls, arguments)
    if file.explained is None:
        ls.messages.error("There is no response yet: run the prompt first.")
        return
    explained = file.explained
    titles = [option.label for option in target_options(explained)]
    spans = (None, *part_spans(explained.explanation))
    response = explained.explanation.response

    async def answered(title: str) -> None:
        # The model may have written something else while the question was open.
        if file.explained is not None and file.explained.explanation.response == response:
            choose_target(ls, file, file.explained, Wanted(spans[titles.index(title)]))

    ls.messages.ask(QUESTIONS["target"], titles, answered)
