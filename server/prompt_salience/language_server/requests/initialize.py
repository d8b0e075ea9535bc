"""``initialize``: the settings that a client sends along."""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.language_server.server import Server

METHOD = types.INITIALIZE
OPTIONS = None


def answer(ls: Server, params: types.InitializeParams) -> None:
    """Take the settings; pygls answers with what the server can do."""
    if params.initialization_options is not None:
        ls.configuration.take(params.initialization_options)
