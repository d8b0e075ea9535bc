"""Code actions: run and explain on any line, explain a selection of the response."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_editor import Editor, identifier
from lsprotocol import types

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_every_line_of_a_prompt_and_of_its_values_can_run_it(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    sidecar = shared.open_file(menu.with_name("menu.values.yaml"), "yaml")
    for asked, text in ((uri, "Mushroom"), (uri, "Recommendation:\n"), (sidecar, "onions")):
        assert [action.title for action in await shared.actions(asked, shared.span(asked, text))] == ["Run and explain"]
    action = await shared.action(sidecar, shared.span(sidecar, "onions"), "Run and explain")
    await shared.ended(await shared.execute(action.command))
    assert await shared.levels(uri)


async def test_a_selection_of_the_response_can_be_explained(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.run(uri)
    response = await shared.open_response()
    action = await shared.action(response, shared.span(response, "eggs in"), "Explain selection")
    await shared.ended(await shared.execute(action.command))
    await shared.lens_appears(uri, 'target: "eggs in"')


async def test_the_sentence_at_the_cursor_can_be_explained_and_the_header_cannot(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.run(uri)
    response = await shared.open_response()
    cursor = shared.position(response, "Recommendation", 3)
    action = await shared.action(response, types.Range(cursor, cursor), "Explain this sentence")
    assert await shared.execute(action.command) is None
    await shared.lens_appears(uri, 'target: "Recommendation: Go for it."')
    assert await shared.actions(response, shared.span(response, "model:")) == []


@pytest.mark.parametrize(
    ("only", "titles"),
    [
        (["quickfix"], ["Change to 'likes'", "Add a value for 'lkes'"]),
        (["refactor"], []),
        ([""], ["Change to 'likes'", "Add a value for 'lkes'", "Run and explain"]),
    ],
)
async def test_a_client_gets_the_kinds_it_asks_for(shared: Editor, menu: Path, only: list[str], titles: list[str]):
    uri = shared.open_file(menu)
    shared.replace(uri, "{{ likes", "{{ lkes")
    await shared.diagnosed(uri, "undefined-variable")
    found = await shared.actions(uri, shared.span(uri, "lkes"), only)
    assert [action.title for action in found] == titles


async def test_an_editor_that_looks_by_itself_is_offered_fixes_alone(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    shared.replace(uri, "{{ likes }}", "{{ lkes }}")
    diagnostics = await shared.diagnosed(uri, "undefined-variable")
    context = types.CodeActionContext(diagnostics, trigger_kind=types.CodeActionTriggerKind.Automatic)

    async def offered(text: str) -> list[str]:
        params = types.CodeActionParams(identifier(uri), shared.span(uri, text), context)
        return [action.title for action in await shared.client.text_document_code_action_async(params) or ()]

    assert await offered("You judge") == []
    assert await offered("lkes") == ["Change to 'likes'", "Add a value for 'lkes'"]
