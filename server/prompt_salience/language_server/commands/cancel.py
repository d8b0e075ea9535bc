"""``promptSalience.cancel``: uri; without one all is called off, downloads too. Returns whether there was anything."""

from __future__ import annotations

from typing import Any

from prompt_salience.language_server.commands.arguments import asked_uri
from prompt_salience.language_server.server import Server

NAME = "promptSalience.cancel"


async def execute(ls: Server, *arguments: Any) -> bool:
    """Call off what is being done for a prompt file, or for all."""
    if not arguments or arguments[0] is None:
        any_there = any(True for _ in ls.jobs)
        ls.jobs.cancel_all()
        return ls.downloads.cancel_all() or any_there
    file = ls.file(asked_uri(ls, arguments))
    return file is not None and ls.jobs.cancel(file.uri)
