"""``promptSalience/options``: uri, choice. What there is to choose from, for a client that asks in its own way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pygls.exceptions import JsonRpcInvalidParams

from prompt_salience.editor.options import (
    QUESTIONS,
    Option,
    case_options,
    granularity_options,
    method_options,
    model_options,
    target_options,
)
from prompt_salience.engine_client.models import available_models
from prompt_salience.language_server import own_requests
from prompt_salience.language_server.commands.arguments import asked_file
from prompt_salience.language_server.prompt_file import PromptFile
from prompt_salience.language_server.server import Server
from prompt_salience.language_server.threads import in_thread

METHOD = own_requests.OPTIONS
OPTIONS = None


async def answer(ls: Server, params: own_requests.OptionsParams) -> dict[str, Any]:
    """The question, and the options with the one that is chosen now."""
    file = await asked_file(ls, [params.uri])
    if params.choice not in QUESTIONS:
        message = f"The choice must be one of {', '.join(QUESTIONS)}."
        raise JsonRpcInvalidParams(message)
    options = await _options(file, params.choice)
    return {"question": QUESTIONS[params.choice], "options": [asdict(option) for option in options]}


async def _options(file: PromptFile, choice: str) -> Sequence[Option]:
    snapshot, choices = file.snapshot(), file.choices
    match choice:
        case "case":
            return case_options(snapshot) if snapshot else ()
        case "model":
            return model_options(await in_thread(available_models, "search for models"), choices)
        case "method":
            return method_options(choices)
        case "granularity":
            return granularity_options(choices)
        case _:
            return target_options(file.explained) if file.explained else ()
