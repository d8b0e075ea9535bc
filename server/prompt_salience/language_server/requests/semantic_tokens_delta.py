"""``textDocument/semanticTokens/full/delta``: what has changed since an earlier answer."""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.language_server.requests.semantic_tokens_full import token_data
from prompt_salience.language_server.server import Server

METHOD = types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA
OPTIONS = None


async def answer(
    ls: Server, params: types.SemanticTokensDeltaParams
) -> types.SemanticTokens | types.SemanticTokensDelta | None:
    """The difference, or all tokens where the earlier answer is not known any more."""
    view = await ls.views.current(params.text_document.uri)
    if view is None:
        return None
    return ls.semantic_tokens.difference(view.uri, params.previous_result_id, token_data(ls, view))
