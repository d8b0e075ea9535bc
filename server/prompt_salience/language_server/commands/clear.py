"""``promptSalience.clear``: uri."""

from __future__ import annotations

from typing import Any

from prompt_salience.language_server.commands.arguments import asked_file
from prompt_salience.language_server.server import Server

NAME = "promptSalience.clear"


async def execute(ls: Server, *arguments: Any) -> None:
    """Forget the response, its explanation and what was chosen for it, and call off what is being done."""
    file = await asked_file(ls, arguments)
    ls.live.forget(file)
    ls.jobs.cancel(file.uri)
    file.explained = file.origin = file.written = None
    file.refusals = ()
    if file.chosen:
        file.chosen.clear()
        ls.files.analyse(file)
    ls.explained(file)
    ls.responses.close(file)
