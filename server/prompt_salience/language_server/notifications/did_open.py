"""``textDocument/didOpen``."""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.language_server.server import Server

METHOD = types.TEXT_DOCUMENT_DID_OPEN


def take(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    """Begin to work on a document."""
    item = params.text_document
    opened = ls.documents.put(item.uri, item.language_id, item.version, item.text)
    shown_in = ls.responses.file(item.uri)
    if shown_in is not None:
        ls.decorations.changed(shown_in)
        return
    ls.files.put(opened)
    ls.active = item.uri
