"""``textDocument/didChange``: the client sends the whole text."""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.language_server.server import Server

METHOD = types.TEXT_DOCUMENT_DID_CHANGE


def take(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    """Take the new text, and follow it."""
    if not params.content_changes:
        return
    document, text = params.text_document, params.content_changes[-1].text
    opened = ls.documents.put(document.uri, None, document.version, text)
    shown_in = ls.responses.file(document.uri)
    if shown_in is not None:
        ls.decorations.changed(shown_in)
        return
    ls.files.put(opened)
    ls.active = document.uri
    for file in ls.files.depending_on(opened.path):
        ls.live.edited(file)
        ls.decorations.changed(file)
