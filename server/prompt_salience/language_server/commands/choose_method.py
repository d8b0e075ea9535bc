"""``promptSalience.chooseMethod``: uri, name of the method."""

from __future__ import annotations

from typing import Any

from prompt_salience.editor.options import QUESTIONS
from prompt_salience.engine_client.protocol import Method
from prompt_salience.language_server.commands.arguments import asked_file, further
from prompt_salience.language_server.commands.choose import chosen_or_asked, explained_anew, is_option
from prompt_salience.language_server.server import Server

NAME = "promptSalience.chooseMethod"


async def execute(ls: Server, *arguments: Any) -> str | None:
    """Compute scores in another way."""
    file = await asked_file(ls, arguments)

    async def choose(method: str) -> str | None:
        if not is_option(ls, method, "method", Method):
            return None
        file.chosen["method"] = Method(method)
        return explained_anew(ls, file)

    return await chosen_or_asked(ls, further(arguments), QUESTIONS["method"], list(Method), choose)
