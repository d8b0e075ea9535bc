"""``textDocument/hover``: what a place of a prompt, or of a response, has to do with the other."""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.editor.hover import hover
from prompt_salience.editor.response_hover import response_hover
from prompt_salience.editor.variable_lookup import variable_info
from prompt_salience.language_server import to_lsp
from prompt_salience.language_server.server import Server

METHOD = types.TEXT_DOCUMENT_HOVER
OPTIONS = None


async def answer(ls: Server, params: types.HoverParams) -> types.Hover | None:
    """The hover at a position."""
    uri = params.text_document.uri
    if ls.responses.file(uri) is not None:
        return _of_response(ls, uri, params.position)
    view = await ls.views.current(uri)
    if view is None:
        return None
    ls.active = uri
    offset = view.lines.offset(params.position)
    variable = variable_info(view.snapshot, view.path, offset)
    found = hover(view.snapshot, view.path, offset, ls.views.link_in(view.snapshot), variable)
    return to_lsp.hover(found, view.lines) if found else None


def _of_response(ls: Server, uri: str, position: types.Position) -> types.Hover | None:
    view = ls.views.of_response(uri)
    snapshot = view.file.snapshot() if view else None
    if view is None or snapshot is None:
        return None
    found = response_hover(snapshot, view.shown, view.lines.offset(position), ls.views.link_in(snapshot))
    return to_lsp.hover(found, view.lines) if found else None
