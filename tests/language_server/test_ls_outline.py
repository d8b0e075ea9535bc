"""Outline and folding: messages, headings, examples, variables, cases."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from fake_editor import Editor, identifier, within
from lsprotocol import types

pytestmark = pytest.mark.asyncio(loop_scope="module")

PROMPTY = """\
---
name: judge
inputs:
  dish:
    example: soup
---
system:
# Duties
You judge dishes.

## Style
Be brief.

user:
{# only
for us #}
{% if dish %}
Judge {{ dish }}.
{% endif %}
"""
OUTLINE = ["dish", "system", "  Duties", "    Style", "user"]


async def outline(editor: Editor, uri: str) -> list[str]:
    params = types.DocumentSymbolParams(identifier(uri))
    found = await within(editor.client.text_document_document_symbol_async(params))
    return list(_named(editor, uri, found, ""))


async def folded(editor: Editor, uri: str) -> list[tuple[int, int]]:
    params = types.FoldingRangeParams(identifier(uri))
    found = await within(editor.client.text_document_folding_range_async(params))
    return sorted((fold.start_line, fold.end_line) for fold in found)


def _named(editor: Editor, uri: str, symbols: Iterable[types.DocumentSymbol], indent: str) -> Iterable[str]:
    for symbol in symbols:
        assert symbol.range.start <= symbol.selection_range.start
        assert symbol.selection_range.end <= symbol.range.end
        yield indent + symbol.name
        yield from _named(editor, uri, symbol.children or (), indent + "  ")


async def test_a_prompt_of_messages(shared: Editor):
    uri = shared.open("untitled:judge", PROMPTY, "prompty")
    assert await outline(shared, uri) == OUTLINE


async def test_a_prompt_of_examples_and_its_cases(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    sidecar = shared.open_file(menu.with_name("menu.values.yaml"), "yaml")
    assert await outline(shared, uri) == ["Example 1", "Question"]
    assert await outline(shared, sidecar) == ["eggs", "  likes", "  dish", "onions", "  likes", "  dish"]


async def test_what_belongs_together_folds(shared: Editor):
    uri = shared.open("untitled:judge", PROMPTY, "prompty")
    lines = shared.texts[uri].splitlines()
    assert [(lines[first], lines[last]) for first, last in await folded(shared, uri)] == [
        ("---", "---"),
        ("  dish:", "    example: soup"),
        ("system:", "Be brief."),
        ("# Duties", "Be brief."),
        ("## Style", "Be brief."),
        ("user:", "{% endif %}"),
        ("{# only", "for us #}"),
        ("{% if dish %}", "Judge {{ dish }}."),
    ]


async def test_a_broken_prompt_keeps_its_outline(shared: Editor):
    uri = shared.open("untitled:judge", PROMPTY.replace("{% endif %}", "{{ broken"), "prompty")
    assert await outline(shared, uri) == OUTLINE
