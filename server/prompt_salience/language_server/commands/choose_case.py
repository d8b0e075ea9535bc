"""``promptSalience.chooseCase``: uri, name of the case."""

from __future__ import annotations

from typing import Any

from prompt_salience.editor.options import QUESTIONS
from prompt_salience.language_server.commands.arguments import asked_file, further
from prompt_salience.language_server.commands.choose import chosen_or_asked, is_option, run_anew
from prompt_salience.language_server.server import Server

NAME = "promptSalience.chooseCase"


async def execute(ls: Server, *arguments: Any) -> str | None:
    """Fill the template with the values of another case."""
    file = await asked_file(ls, arguments)
    cases = file.analysis.cases if file.analysis else ()

    async def choose(case: str) -> str | None:
        if not is_option(ls, case, "case", cases):
            return None
        file.chosen["case"] = case
        ls.files.analyse(file)
        await ls.files.settle(file, _PATIENCE, hurry=True)
        return run_anew(ls, file)

    return await chosen_or_asked(ls, further(arguments), QUESTIONS["case"], cases, choose)


_PATIENCE = 10.0
