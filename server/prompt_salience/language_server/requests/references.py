"""``textDocument/references``: where a variable is read, set, declared and given a value."""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.editor.symbols import Role, references
from prompt_salience.language_server.server import Server

METHOD = types.TEXT_DOCUMENT_REFERENCES
OPTIONS = None


async def answer(ls: Server, params: types.ReferenceParams) -> list[types.Location]:
    """All places of the variable, those that define it only if they are asked for."""
    view = await ls.views.exact(params.text_document.uri)
    if view is None:
        return []
    found = references(view.snapshot, view.path, view.lines.offset(params.position))
    wanted = (symbol for symbol in found if params.context.include_declaration or symbol.role is Role.READ)
    return [ls.views.location(view.snapshot, symbol.place) for symbol in wanted]
