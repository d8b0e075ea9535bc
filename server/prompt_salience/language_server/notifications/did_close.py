"""``textDocument/didClose``."""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.language_server.server import Server

METHOD = types.TEXT_DOCUMENT_DID_CLOSE


def take(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    """Forget a document, and all that was known of it alone."""
    closed = ls.documents.drop(params.text_document.uri)
    if closed:
        ls.files.drop(closed)
        ls.semantic_tokens.forget(closed.uri)
        ls.decorations.forget(closed.uri)
    if ls.active == params.text_document.uri:
        ls.active = ""
