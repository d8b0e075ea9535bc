"""``textDocument/semanticTokens/range``: tokens of the part of a document that is in sight."""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.language_server.requests.semantic_tokens_full import token_highlights
from prompt_salience.language_server.semantic_tokens import encoded
from prompt_salience.language_server.server import Server

METHOD = types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE
OPTIONS = None


async def answer(ls: Server, params: types.SemanticTokensRangeParams) -> types.SemanticTokens | None:
    """The tokens that touch a range."""
    view = await ls.views.current(params.text_document.uri)
    if view is None:
        return None
    start, end = view.lines.offsets(params.range)
    found = token_highlights(ls, view)
    return types.SemanticTokens(encoded([one for one in found if one.start < end and start < one.end], view.lines))
