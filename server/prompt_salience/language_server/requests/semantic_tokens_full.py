"""``textDocument/semanticTokens/full``: influence, and the template's syntax."""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.editor.highlight import Highlight
from prompt_salience.editor.highlights import highlights
from prompt_salience.editor.syntax import file_syntax
from prompt_salience.language_server.semantic_tokens import LEGEND, encoded
from prompt_salience.language_server.server import Server
from prompt_salience.language_server.views import View

METHOD = types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL
OPTIONS = LEGEND


async def answer(ls: Server, params: types.SemanticTokensParams) -> types.SemanticTokens | None:
    """All tokens of a document."""
    view = await ls.views.current(params.text_document.uri)
    return ls.semantic_tokens.whole(view.uri, token_data(ls, view)) if view else None


def token_data(ls: Server, view: View) -> list[int]:
    """The numbers of all tokens of a document."""
    return encoded(token_highlights(ls, view), view.lines)


def token_highlights(ls: Server, view: View) -> tuple[Highlight, ...]:
    """What tokens show of a document: its syntax, and its influence where the client does not draw that by itself."""
    syntax = file_syntax(view.snapshot, view.path)
    return highlights(view.snapshot, view.path, syntax, influence=ls.decorations.in_tokens(view.uri))
