"""``workspace/didChangeWorkspaceFolders``: other folders may have other settings."""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.language_server.server import Server

METHOD = types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS


async def take(ls: Server, _params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Ask for the settings of all folders again."""
    await ls.configuration.fetch()
    ls.settings_changed()
