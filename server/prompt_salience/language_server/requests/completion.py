"""``textDocument/completion``: variables, filters, tags, keys and their values."""

from __future__ import annotations

from collections.abc import Mapping

from lsprotocol import types

from prompt_salience.editor.completion import completions
from prompt_salience.editor.proposal import Proposal, ProposalKind
from prompt_salience.language_server.positions import Lines
from prompt_salience.language_server.server import Server

METHOD = types.TEXT_DOCUMENT_COMPLETION
OPTIONS = types.CompletionOptions(trigger_characters=["{", "%", "|", ".", " ", ":", '"'])
KINDS: Mapping[ProposalKind, types.CompletionItemKind] = {
    ProposalKind.VARIABLE: types.CompletionItemKind.Variable,
    ProposalKind.PROPERTY: types.CompletionItemKind.Property,
    ProposalKind.FUNCTION: types.CompletionItemKind.Function,
    ProposalKind.KEYWORD: types.CompletionItemKind.Keyword,
    ProposalKind.VALUE: types.CompletionItemKind.Value,
    ProposalKind.ROLE: types.CompletionItemKind.Class,
}


async def answer(ls: Server, params: types.CompletionParams) -> list[types.CompletionItem]:
    """What may stand at a position; it is always all there is, in the order of likelihood."""
    view = await ls.views.current(params.text_document.uri)
    if view is None:
        return []
    found = completions(view.snapshot, view.path, view.lines.offset(params.position))
    return [_item(proposal, number, view.lines) for number, proposal in enumerate(found)]


def _item(proposal: Proposal, number: int, lines: Lines) -> types.CompletionItem:
    return types.CompletionItem(
        proposal.label,
        kind=KINDS[proposal.kind],
        detail=proposal.detail or None,
        documentation=proposal.documentation or None,
        sort_text=f"{number:05}",
        filter_text=proposal.text,
        text_edit=types.TextEdit(lines.range(proposal.start, proposal.end), proposal.text),
    )
