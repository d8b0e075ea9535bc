"""Variables: where they are defined and used, and other names for them, across template and values."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_editor import Editor, identifier, uri_of, within
from lsprotocol import types
from pygls.exceptions import JsonRpcException

pytestmark = pytest.mark.asyncio(loop_scope="module")

PROMPTY = """\
---
inputs:
  dish:
    example: soup
---
user:
Eat {{ dish }}. {% set wine = "red" %}Drink {{ wine }}.
"""


async def defined(editor: Editor, uri: str, place: types.Position) -> list[tuple[str, types.Range]]:
    params = types.DefinitionParams(identifier(uri), place)
    found = await within(editor.client.text_document_definition_async(params))
    return [(location.uri, location.range) for location in found]


async def used(editor: Editor, uri: str, place: types.Position, *, declared: bool) -> list[tuple[str, types.Range]]:
    params = types.ReferenceParams(types.ReferenceContext(declared), identifier(uri), place)
    found = await within(editor.client.text_document_references_async(params))
    return [(location.uri, location.range) for location in found]


async def renamed(editor: Editor, uri: str, place: types.Position, name: str) -> types.WorkspaceEdit:
    params = types.RenameParams(identifier(uri), place, name)
    return await within(editor.client.text_document_rename_async(params))


async def test_a_variable_is_defined_in_the_chosen_case(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    sidecar = shared.open_file(menu.with_name("menu.values.yaml"), "yaml")
    likes = shared.position(uri, "likes }}", 2)
    first = shared.span(sidecar, "likes")
    assert await defined(shared, uri, likes) == [(sidecar, first)]
    assert await used(shared, uri, likes, declared=False) == [(uri, _inner(shared, uri))]
    everywhere = await used(shared, uri, likes, declared=True)
    assert [found[0] for found in everywhere] == [uri, sidecar, sidecar]
    assert await used(shared, sidecar, first.start, declared=True) == everywhere


async def test_a_definition_in_a_closed_file_of_values_is_found(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    ((found, place),) = await defined(shared, uri, shared.position(uri, "dish }}"))
    assert (found, place.start) == (uri_of(menu.with_name("menu.values.yaml")), types.Position(4, 6))


async def test_inputs_and_names_that_a_template_sets_are_defined_in_it(shared: Editor):
    uri = shared.open("untitled:both", PROMPTY, "prompty")
    assert await defined(shared, uri, shared.position(uri, "dish }}")) == [(uri, shared.span(uri, "dish"))]
    assert await defined(shared, uri, shared.position(uri, "wine }}")) == [(uri, shared.span(uri, "wine"))]


async def test_a_rename_changes_every_place_in_open_and_closed_files(shared: Editor, menu: Path):
    values = menu.with_name("menu.values.yaml")
    uri = shared.open_file(menu)
    likes = shared.position(uri, "likes }}")
    prepared = await within(
        shared.client.text_document_prepare_rename_async(types.PrepareRenameParams(identifier(uri), likes))
    )
    assert (prepared.range, prepared.placeholder) == (_inner(shared, uri), "likes")
    shared.apply(await renamed(shared, uri, likes, "prefers"))
    shared.changed_on_disk(values)
    assert "{{ prefers }}" in shared.texts[uri]
    assert values.read_text().count("prefers:") == 2
    await shared.diagnosed(uri, None)
    sidecar = shared.open_file(values, "yaml")
    shared.apply(await renamed(shared, sidecar, shared.position(sidecar, "prefers"), "likes"))
    assert "{{ likes }}" in shared.texts[uri]
    assert shared.texts[sidecar].count("likes:") == 2
    await shared.diagnosed(uri, None)


@pytest.mark.parametrize("name", ["dish", "not a name", "", "for"])
async def test_a_rename_that_would_break_the_prompt_is_refused_with_a_reason(shared: Editor, menu: Path, name: str):
    uri = shared.open_file(menu)
    with pytest.raises(JsonRpcException) as refused:
        await renamed(shared, uri, shared.position(uri, "likes }}"), name)
    assert refused.value.code == types.LSPErrorCodes.RequestFailed
    assert f"{name!r}" in refused.value.message


async def test_text_that_is_no_name_is_not_renamed(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    params = types.PrepareRenameParams(identifier(uri), shared.position(uri, "Mushroom"))
    with pytest.raises(JsonRpcException) as refused:
        await within(shared.client.text_document_prepare_rename_async(params))
    assert refused.value.code == types.LSPErrorCodes.RequestFailed
    assert await defined(shared, uri, shared.position(uri, "Mushroom")) == []


async def test_the_text_typed_last_counts(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.diagnosed(uri, None)
    shared.change(uri, "One more line.\n" * 50 + shared.texts[uri])
    places = await used(shared, uri, shared.position(uri, "dish }}"), declared=False)
    assert places == [(uri, types.Range(types.Position(57, 9), types.Position(57, 13)))]


def _inner(editor: Editor, uri: str) -> types.Range:
    """Where ``likes`` is read."""
    start = editor.position(uri, "likes }}")
    return types.Range(start, types.Position(start.line, start.character + len("likes")))
