"""``workspace/textDocumentContent``: the text of a response document."""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.language_server.server import Server

METHOD = types.WORKSPACE_TEXT_DOCUMENT_CONTENT
OPTIONS = None
_GONE = "There is no response here any more: it was cleared, or its prompt file was closed.\n"


def answer(ls: Server, params: types.TextDocumentContentParams) -> types.TextDocumentContentResult:
    """What the document says now."""
    document = ls.responses.current(params.uri)
    return types.TextDocumentContentResult(document.text if document else _GONE)
