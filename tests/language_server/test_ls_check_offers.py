"""Check by removing is offered where it can be done, and refused with a reason where it cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fake_editor import Editor
from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

pytestmark = pytest.mark.asyncio(loop_scope="module")

TITLE = "Check by removing"


async def test_it_is_offered_on_what_was_explained_and_only_to_who_asks(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    sidecar = shared.open_file(menu.with_name("menu.values.yaml"), "yaml")
    assert await titles(shared, uri, "fish") == ["Run and explain"]
    await shared.run(uri)
    assert await titles(shared, uri, "fish") == [TITLE, "Run and explain"]
    assert await titles(shared, sidecar, "cheese") == [TITLE, "Run and explain"]
    assert await titles(shared, sidecar, "onions") == ["Run and explain"]
    assert await titles(shared, uri, "fish", types.CodeActionTriggerKind.Automatic) == []


async def test_without_a_place_the_strongest_piece_is_taken_out(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.run(uri)
    await shared.ended(await shared.command("checkByRemoving", uri))
    assert await shared.said(
        "Without “Guest likes: fish”: log p 0.00, as likely as before; the response stays the same."
    )


@pytest.mark.parametrize("place", [{"line": 1, "character": 0}, {"line": 900, "character": 0}])
async def test_where_no_text_is_nothing_can_be_taken_out(shared: Editor, menu: Path, place: dict[str, int]):
    uri = shared.open_file(menu)
    await shared.run(uri)
    assert await shared.command("checkByRemoving", uri, place) is None
    assert await shared.said("There is no text of the prompt at this place that could be taken out.")


async def test_before_a_run_there_is_nothing_to_check(shared: Editor, menu: Path):
    assert await shared.command("checkByRemoving", shared.open_file(menu)) is None
    assert await shared.said("There is no response yet: run the prompt first.")


@pytest.mark.parametrize("place", [3, "fish", [1, 2], {"line": -1, "character": 0}])
async def test_a_place_that_is_none_is_refused(shared: Editor, menu: Path, place: Any):
    uri = shared.open_file(menu)
    await shared.run(uri)
    with pytest.raises(JsonRpcInvalidParams):
        await shared.command("checkByRemoving", uri, place)


async def titles(
    editor: Editor, uri: str, text: str, trigger: types.CodeActionTriggerKind = types.CodeActionTriggerKind.Invoked
) -> list[str]:
    """The code actions at a text."""
    context = types.CodeActionContext([], trigger_kind=trigger)
    params = types.CodeActionParams(types.TextDocumentIdentifier(uri), editor.span(uri, text), context)
    return [action.title for action in await editor.client.text_document_code_action_async(params) or ()]
