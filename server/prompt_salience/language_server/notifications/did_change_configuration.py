"""``workspace/didChangeConfiguration``."""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.language_server.server import Server

METHOD = types.WORKSPACE_DID_CHANGE_CONFIGURATION


async def take(ls: Server, params: types.DidChangeConfigurationParams) -> None:
    """Take the new settings, or ask for them."""
    if ls.configuration.can_be_asked:
        await ls.configuration.fetch()
    else:
        ls.configuration.take(params.settings)
    ls.settings_changed()
