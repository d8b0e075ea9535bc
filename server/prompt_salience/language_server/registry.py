"""All that the server answers, takes and does: a file each, registered here."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any

from lsprotocol import types

from prompt_salience.language_server.commands import (
    cancel,
    check_by_removing,
    choose_case,
    choose_granularity,
    choose_method,
    choose_model,
    choose_target,
    clear,
    contrast_target,
    explain_response,
    explain_target,
    restart_engine,
    run_and_explain,
    show_debug_information,
    show_engine_state,
)
from prompt_salience.language_server.notifications import (
    did_change,
    did_change_configuration,
    did_change_watched_files,
    did_change_workspace_folders,
    did_close,
    did_open,
    initialized,
)
from prompt_salience.language_server.requests import (
    code_action,
    code_lens,
    completion,
    definition,
    document_symbol,
    explorer,
    folding_range,
    hover,
    initialize,
    inlay_hint,
    options,
    prepare_rename,
    references,
    rename,
    semantic_tokens_delta,
    semantic_tokens_full,
    semantic_tokens_range,
    shutdown,
    text_document_content,
)
from prompt_salience.language_server.server import Server

REQUESTS: tuple[ModuleType, ...] = (
    *(initialize, shutdown),
    *(semantic_tokens_full, semantic_tokens_delta, semantic_tokens_range),
    *(hover, inlay_hint, code_lens, code_action, text_document_content),
    *(completion, definition, references, prepare_rename, rename, document_symbol, folding_range),
    *(options, explorer),
)
NOTIFICATIONS: tuple[ModuleType, ...] = (
    *(initialized, did_open, did_change, did_close),
    *(did_change_configuration, did_change_watched_files, did_change_workspace_folders),
)
COMMANDS: tuple[ModuleType, ...] = (
    *(run_and_explain, explain_response, explain_target, contrast_target, check_by_removing, clear, cancel),
    *(choose_case, choose_model, choose_method, choose_granularity, choose_target),
    *(restart_engine, show_engine_state, show_debug_information),
)


def register_all(server: Server) -> None:
    """Register everything with a server."""
    for module in REQUESTS:
        server.feature(module.METHOD, module.OPTIONS)(_measured(server, module.METHOD, module.answer))
    for module in NOTIFICATIONS:
        server.feature(module.METHOD)(_measured(server, module.METHOD, module.take))
    for module in COMMANDS:
        server.command(module.NAME)(
            _measured(server, f"{types.WORKSPACE_EXECUTE_COMMAND} {module.NAME}", module.execute)
        )


def _measured(server: Server, name: str, handler: Callable[..., Any]) -> Callable[..., Any]:
    """The same handler, with its time counted."""
    if inspect.iscoroutinefunction(handler):

        @wraps(handler)
        async def answer_later(ls: Server, *arguments: Any) -> Any:
            with server.latency.measured(name):
                return await handler(ls, *arguments)

        return answer_later

    @wraps(handler)
    def answer(ls: Server, *arguments: Any) -> Any:
        with server.latency.measured(name):
            return handler(ls, *arguments)

    return answer
