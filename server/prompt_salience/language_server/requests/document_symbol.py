"""``textDocument/documentSymbol``: messages, headings, examples, variables, cases and rows."""

from __future__ import annotations

from collections.abc import Mapping

from lsprotocol import types

from prompt_salience.editor.outline import Item, ItemKind, outline
from prompt_salience.language_server.positions import Lines
from prompt_salience.language_server.server import Server

METHOD = types.TEXT_DOCUMENT_DOCUMENT_SYMBOL
OPTIONS = None
KINDS: Mapping[ItemKind, types.SymbolKind] = {
    ItemKind.MESSAGE: types.SymbolKind.Namespace,
    ItemKind.HEADING: types.SymbolKind.String,
    ItemKind.EXAMPLE: types.SymbolKind.Object,
    ItemKind.QUESTION: types.SymbolKind.Event,
    ItemKind.VARIABLE: types.SymbolKind.Variable,
    ItemKind.CASE: types.SymbolKind.Struct,
    ItemKind.VALUE: types.SymbolKind.Field,
    ItemKind.ROW: types.SymbolKind.Array,
}


async def answer(ls: Server, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    """The outline of a document."""
    view = await ls.views.current(params.text_document.uri)
    return [_symbol(item, view.lines) for item in outline(view.snapshot, view.path)] if view else []


def _symbol(item: Item, lines: Lines) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        item.name,
        KINDS[item.kind],
        lines.range(item.start, item.end),
        lines.range(item.name_start, item.name_end),
        detail=item.detail or None,
        children=[_symbol(child, lines) for child in item.children],
    )
