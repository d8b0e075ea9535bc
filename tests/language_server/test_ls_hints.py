"""Inlay hints: shares at the ends of lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_editor import Editor, identifier, within
from lsprotocol import types

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_shares_stand_at_the_ends_of_the_lines_that_matter(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    assert await shared.hints(uri) == {}
    await shared.run(uri)
    assert await shared.hints(uri) == {0: "8%", 2: "36%", 6: "27%", 7: "19%"}


async def test_a_hint_stands_at_its_lines_end_and_says_what_it_means(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.run(uri)
    asked = types.InlayHintParams(identifier(uri), shared.span(uri, "Guest likes: fish"))
    (hint,) = await within(shared.client.text_document_inlay_hint_async(asked))
    assert hint.position == shared.span(uri, "fish").end
    assert hint.tooltip == "Influence of 1 sentence on the target: whole response."


async def test_the_hint_of_an_edited_line_says_that_it_is_old(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.run(uri)
    shared.replace(uri, "fish", "herring")
    assert (await shared.hints(uri))[2] == "~36%"


async def test_values_have_hints_too(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    sidecar = shared.open_file(menu.with_name("menu.values.yaml"), "yaml")
    await shared.run(uri)
    assert await shared.hints(sidecar) == {3: "27%", 4: "19%"}
