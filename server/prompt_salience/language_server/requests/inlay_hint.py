"""``textDocument/inlayHint``: shares at the ends of lines."""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.editor.hints import hints
from prompt_salience.language_server.server import Server
from prompt_salience.language_server.to_lsp import inlay_hint

METHOD = types.TEXT_DOCUMENT_INLAY_HINT
OPTIONS = None


async def answer(ls: Server, params: types.InlayHintParams) -> list[types.InlayHint]:
    """The hints of a range."""
    uri = params.text_document.uri
    view = await ls.views.current(uri) if ls.settings(uri).hints else None
    if view is None:
        return []
    start, end = view.lines.offsets(params.range)
    return [inlay_hint(hint, view.lines) for hint in hints(view.snapshot, view.path, start, end)]
