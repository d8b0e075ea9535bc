"""``textDocument/definition``: where a variable gets its value."""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.editor.symbols import definition
from prompt_salience.language_server.server import Server

METHOD = types.TEXT_DOCUMENT_DEFINITION
OPTIONS = None


async def answer(ls: Server, params: types.DefinitionParams) -> list[types.Location]:
    """The places, the likeliest first."""
    view = await ls.views.exact(params.text_document.uri)
    if view is None:
        return []
    found = definition(view.snapshot, view.path, view.lines.offset(params.position))
    return [ls.views.location(view.snapshot, symbol.place) for symbol in found]
