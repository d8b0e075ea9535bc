"""``promptSalience.explainResponse``: uri, text. Returns the job's id, or null where it cannot be explained.

Without a text, the target text that the case names is explained.
"""

from __future__ import annotations

from typing import Any

from prompt_salience.language_server.commands.arguments import asked_file, further
from prompt_salience.language_server.prompt_file import PromptFile
from prompt_salience.language_server.running import NotRunnableError
from prompt_salience.language_server.server import Server
from prompt_salience.prompts.rendering import chosen_case

NAME = "promptSalience.explainResponse"


async def execute(ls: Server, *arguments: Any) -> str | None:
    """Explain a response that is given instead of one that the model writes."""
    file = await asked_file(ls, arguments)
    text = further(arguments) or _target_of_case(file)
    if not isinstance(text, str) or not text.strip():
        ls.messages.error("Give the response to explain as the second argument, or name a target in the case.")
        return None
    try:
        job = ls.running.read(file, text)
    except NotRunnableError as error:
        ls.messages.error(str(error))
        return None
    ls.responses.open(file, show=ls.settings(file.uri).open_response)
    return job.id


def _target_of_case(file: PromptFile) -> str | None:
    analysis = file.analysis
    if analysis is None or analysis.template is None:
        return None
    return chosen_case(analysis.template, analysis.case).target
