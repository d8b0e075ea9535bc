"""Completion: what may stand at a place, of the text as it is being typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_editor import Editor, edited, identifier, position_at, within
from lsprotocol import types

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def offered(editor: Editor, uri: str, typed: str) -> dict[str, types.CompletionItem]:
    """What is offered after a text was typed at the end of a document, in order."""
    editor.change(uri, editor.texts[uri] + typed)
    place = position_at(editor.texts[uri], len(editor.texts[uri]))
    found = await within(editor.client.text_document_completion_async(types.CompletionParams(identifier(uri), place)))
    return {item.label: item for item in sorted(found, key=lambda item: item.sort_text)}


@pytest.mark.parametrize(
    ("typed", "some"),
    [
        ("{{ ", ["likes", "dish"]),
        ("{{ li", ["likes"]),
        ("{{ likes|up", ["upper"]),
        ("{{ likes | ", ["upper", "default"]),
        ("{% f", ["for"]),
        ("{% if true %}{% e", ["else", "endif"]),
        ("{% if li", ["likes"]),
    ],
)
async def test_a_template_is_completed_while_it_is_broken(shared: Editor, menu: Path, typed: str, some: list[str]):
    uri = shared.open_file(menu)
    await shared.diagnosed(uri, None)
    found = await offered(shared, uri, typed)
    assert set(some) <= set(found)


async def test_a_proposal_replaces_what_was_typed_and_says_what_it_is(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.diagnosed(uri, None)
    likes = (await offered(shared, uri, "{{ li"))["likes"]
    assert (likes.kind, likes.detail) == (types.CompletionItemKind.Variable, "cheese")
    assert isinstance(likes.text_edit, types.TextEdit)
    assert edited(shared.texts[uri], [likes.text_edit]).endswith("{{ likes")


@pytest.mark.parametrize(
    ("typed", "some"),
    [
        ("---\ndesc", ["description"]),
        ("---\ninputs:\n  dish:\n    ex", ["example"]),
    ],
)
async def test_front_matter_is_completed(shared: Editor, typed: str, some: list[str]):
    uri = shared.open("untitled:front", "", "prompty")
    assert set(some) <= set(await offered(shared, uri, typed))


async def test_values_are_completed_with_the_variables_that_have_none(shared: Editor, menu: Path):
    menu.with_name("menu.values.yaml").write_text("likes: cheese\n")
    uri = shared.open_file(menu)
    sidecar = shared.open_file(menu.with_name("menu.values.yaml"), "yaml")
    await shared.diagnosed(uri, "undefined-variable")
    assert "dish" in await offered(shared, sidecar, "di")


async def test_plain_words_are_left_to_the_writer(shared: Editor, menu: Path):
    assert await offered(shared, shared.open_file(menu), "Gu") == {}
