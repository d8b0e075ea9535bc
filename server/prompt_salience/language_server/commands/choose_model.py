"""``promptSalience.chooseModel``: uri, name of the model or a folder."""

from __future__ import annotations

from functools import partial
from typing import Any

from prompt_salience.editor.options import QUESTIONS
from prompt_salience.engine_client.missing_models import NotDownloadedError
from prompt_salience.engine_client.models import available_models, find_model
from prompt_salience.engine_client.protocol import ModelLoadError
from prompt_salience.language_server.commands.arguments import asked_file, further
from prompt_salience.language_server.commands.choose import chosen_or_asked, run_anew
from prompt_salience.language_server.server import Server
from prompt_salience.language_server.threads import in_thread

NAME = "promptSalience.chooseModel"


async def execute(ls: Server, *arguments: Any) -> str | None:
    """Have another model complete the prompt."""
    file = await asked_file(ls, arguments)

    def take(model: str) -> str | None:
        file.chosen["model"] = model
        file.refusals = ()
        ls.diagnostics.put(file)
        return run_anew(ls, file)

    async def choose(model: str) -> str | None:
        try:
            find_model(model)
        except NotDownloadedError as missing:
            ls.offer_download(file, missing, partial(take, model))
            return None
        except ModelLoadError as error:
            ls.messages.error(str(error))
            return None
        return take(model)

    models = await in_thread(available_models, "search for models") if further(arguments) is None else ()
    names = [model.name for model in models]
    return await chosen_or_asked(ls, further(arguments), QUESTIONS["model"], names, choose)
