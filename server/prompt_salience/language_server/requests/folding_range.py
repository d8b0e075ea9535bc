"""``textDocument/foldingRange``: front matter, messages, sections, examples, blocks and comments."""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.editor.folding import FoldKind, folds
from prompt_salience.language_server.server import Server

METHOD = types.TEXT_DOCUMENT_FOLDING_RANGE
OPTIONS = None


async def answer(ls: Server, params: types.FoldingRangeParams) -> list[types.FoldingRange]:
    """What can be folded away."""
    view = await ls.views.current(params.text_document.uri)
    if view is None:
        return []
    kinds = {FoldKind.REGION: types.FoldingRangeKind.Region, FoldKind.COMMENT: types.FoldingRangeKind.Comment}
    return [
        types.FoldingRange(fold.first, fold.last, kind=kinds[fold.kind]) for fold in folds(view.snapshot, view.path)
    ]
