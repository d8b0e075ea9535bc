"""``initialized``: ask for settings, and to be told of changes."""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.language_server.registrations import registrations
from prompt_salience.language_server.server import Server
from prompt_salience.language_server.settings import EngineStart

METHOD = types.INITIALIZED


async def take(ls: Server, _params: types.InitializedParams) -> None:
    """Begin."""
    ls.begin()
    wanted = registrations(ls.client_capabilities)
    if wanted:
        await ls.client_register_capability_async(types.RegistrationParams(wanted))
    await ls.configuration.fetch()
    if ls.configuration.whole.engine_start is EngineStart.AT_ONCE:
        ls.engine.start()
    ls.settings_changed()
