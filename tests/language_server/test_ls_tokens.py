"""Semantic tokens: levels of influence, signs, syntax; whole, as differences, of a range, and of a file of values."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_editor import Editor, decoded, identifier, within
from lsprotocol import types

pytestmark = pytest.mark.asyncio(loop_scope="module")

EGGS = {
    "You judge dishes on a menu for a guest.": 2,
    "Guest likes: fish": 5,
    "Dish: Mushroom risotto": 1,
    "Recommendation: Go for it.": 1,
    "Guest likes: {{ likes }}": 4,
    "Dish: {{ dish }}": 3,
}


async def test_the_legend_has_influence_and_standard_types(shared: Editor):
    assert {"salience", "supporting", "opposing", "keyword", "variable", "property"} <= set(shared.legend.token_types)
    assert shared.legend.token_modifiers == ("level1", "level2", "level3", "level4", "level5", "stale")


async def test_influence_is_told_by_levels_once_the_prompt_was_run(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    assert await shared.levels(uri) == {}
    await shared.run(uri)
    assert await shared.levels(uri) == EGGS


async def test_a_signed_method_tells_what_supports_from_what_opposes(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.run(uri)
    await shared.ended(await shared.command("chooseMethod", uri, "grad_dot_input"))
    kinds = {text: kind for text, kind, _ in await shared.pieces(uri)}
    assert kinds["Guest likes: fish"] == "supporting"
    assert "opposing" in kinds.values()
    assert "salience" not in kinds.values()


async def test_syntax_has_the_standard_types(shared: Editor):
    text = "---\nname: trip\ninputs:\n  days: 3\n---\nuser:\n{% if days > 2 %}Pack {{ days|int }} shirts.{% endif %}\n"
    uri = shared.open("untitled:trip", text, "prompty")
    kinds = {piece: kind for piece, kind, _ in await shared.pieces(uri)}
    expected = {"name": "property", "days": "variable", "if": "keyword", "int": "function", "2": "number"}
    assert kinds == {**kinds, **expected}


async def test_a_difference_leads_from_the_former_tokens_to_the_present_ones(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.run(uri)
    before = await shared.tokens(uri)
    shared.replace(uri, "Go for it.", "Go for it.\nPrice: 12\n{{ likes }}")
    found = await _difference(shared, uri, before.result_id)
    assert isinstance(found, types.SemanticTokensDelta)
    now = await shared.tokens(uri)
    (edit,) = found.edits
    assert len(edit.data or ()) < len(now.data)
    patched = list(before.data)
    patched[edit.start : edit.start + edit.delete_count] = edit.data or ()
    assert patched == list(now.data)


async def test_a_difference_from_something_unknown_is_everything(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    found = await _difference(shared, uri, "long ago")
    assert isinstance(found, types.SemanticTokens)
    assert found.data == (await shared.tokens(uri)).data


async def test_a_range_has_the_tokens_that_touch_it(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.run(uri)
    params = types.SemanticTokensRangeParams(identifier(uri), shared.span(uri, "fish\nDish: Mush"))
    found = await within(shared.client.text_document_semantic_tokens_range_async(params))
    assert found
    assert [text for text, _, _ in decoded(shared.texts[uri], found.data, shared.legend)] == [
        "Guest likes: fish",
        "Dish: Mushroom risotto",
    ]


async def test_values_are_tinted_where_they_are_written(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    sidecar = shared.open_file(menu.with_name("menu.values.yaml"), "yaml")
    await shared.run(uri)
    assert await shared.levels(sidecar) == {"cheese": 4, "Cheese souffle": 3}
    assert ("likes", "property", ()) in await shared.pieces(sidecar)


async def _difference(editor: Editor, uri: str, previous: str | None):
    params = types.SemanticTokensDeltaParams(identifier(uri), previous or "")
    return await within(editor.client.text_document_semantic_tokens_full_delta_async(params))
