"""``initialized``: ask for settings, and to be told of changes."""

from __future__ import annotations

import logging

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from prompt_salience.language_server.registrations import registrations
from prompt_salience.language_server.server import Server
from prompt_salience.language_server.settings import EngineStart

_log = logging.getLogger(__name__)
METHOD = types.INITIALIZED


async def take(ls: Server, _params: types.InitializedParams) -> None:
    """Begin."""
    ls.begin()
    await ls.configuration.fetch()
    if ls.configuration.whole.engine_start is EngineStart.AT_ONCE:
        ls.engine.start()
    ls.settings_changed()
    await _register(ls)


async def _register(ls: Server) -> None:
    wanted = registrations(ls.client_capabilities)
    if not wanted:
        return
    try:
        await ls.client_register_capability_async(types.RegistrationParams(wanted))
    except JsonRpcException as error:
        _log.warning("The client registers nothing, though it said that it can: %s", error)
