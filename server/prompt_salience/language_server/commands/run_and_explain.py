"""``promptSalience.runAndExplain``: uri. Returns the job's id, or null where the prompt cannot be run."""

from __future__ import annotations

from typing import Any

from prompt_salience.language_server.commands.arguments import asked_file
from prompt_salience.language_server.running import NotRunnableError
from prompt_salience.language_server.server import Server

NAME = "promptSalience.runAndExplain"


async def execute(ls: Server, *arguments: Any) -> str | None:
    """Have the model complete the prompt, and explain the response."""
    file = await asked_file(ls, arguments)
    try:
        job = ls.running.run(file)
    except NotRunnableError as error:
        ls.messages.error(str(error))
        return None
    ls.responses.open(file, show=ls.settings(file.uri).open_response)
    return job.id
