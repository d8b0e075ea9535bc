"""Commands: with arguments, without them, with wrong ones; what they return, say and change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fake_editor import Editor, as_dict, eventually
from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

pytestmark = pytest.mark.asyncio(loop_scope="module")

OF_A_FILE = (
    *("runAndExplain", "explainResponse", "explainTarget", "contrastTarget", "checkByRemoving", "clear"),
    *("chooseCase", "chooseModel", "chooseMethod", "chooseGranularity", "chooseTarget"),
)
SECOND = '"Recommendation: Go for it."'


async def test_every_command_is_announced(shared: Editor):
    provider = shared.server.capabilities.execute_command_provider
    assert provider
    others = ("cancel", "restartEngine", "showEngineState", "showDebugInformation")
    assert set(provider.commands) == {f"promptSalience.{name}" for name in (*OF_A_FILE, *others)}


@pytest.mark.parametrize("name", OF_A_FILE)
@pytest.mark.parametrize("wrong", [7, "file:///no/such/prompt.j2", "", {"uri": 7}, [], "no uri"])
async def test_a_wrong_document_is_refused(shared: Editor, name: str, wrong: Any):
    with pytest.raises(JsonRpcInvalidParams):
        await shared.command(name, wrong)


@pytest.mark.parametrize("name", OF_A_FILE)
async def test_without_any_document_a_command_says_what_it_needs(shared: Editor, name: str):
    with pytest.raises(JsonRpcInvalidParams, match="first argument must be the URI"):
        await shared.command(name)


async def test_a_command_without_a_document_is_about_the_one_worked_on_last(shared: Editor, menu: Path, tmp_path: Path):
    (tmp_path / "other.j2").write_text("Another prompt.")
    uri, other = shared.open_file(menu), shared.open_file(tmp_path / "other.j2")
    await shared.hover(uri, types.Position(0, 0))
    await shared.ended(await shared.command("runAndExplain"))
    assert await shared.levels(uri)
    assert not await shared.levels(other)


async def test_a_command_takes_the_document_of_values_or_of_a_response_for_the_prompt(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    sidecar = shared.open_file(menu.with_name("menu.values.yaml"), "yaml")
    await shared.run(sidecar)
    assert await shared.levels(uri)
    await shared.run(await shared.open_response())
    await shared.ended(await shared.command("runAndExplain", {"uri": uri, "anything": "else"}))
    assert not shared.client.messages


async def test_a_prompt_that_cannot_be_rendered_is_not_run_and_the_user_is_told_why(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    shared.replace(uri, "{{ dish }}", "{{ dihs }}")
    assert await shared.command("runAndExplain", uri) is None
    message = await shared.said("menu.j2 cannot be run: The variable 'dihs' has no value.")
    assert message.type is types.MessageType.Error


async def test_a_given_response_is_explained_instead_of_one_of_the_model(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.ended(await shared.command("explainResponse", uri, "Go for it. Or do not."))
    response = await shared.open_response("given by hand")
    assert shared.texts[response].endswith("Go for it. Or do not.")
    assert await shared.levels(uri)


async def test_the_target_text_of_the_case_is_the_response_where_none_is_given(shared: Editor, menu: Path):
    sidecar = menu.with_name("menu.values.yaml")
    sidecar.write_text(sidecar.read_text().replace("  eggs:\n", "  eggs:\n    target: Not for this guest.\n"))
    uri = shared.open_file(menu)
    await shared.ended(await shared.command("explainResponse", uri))
    assert shared.texts[await shared.open_response("given by hand")].endswith("Not for this guest.")


async def test_without_a_text_or_a_target_there_is_no_response_to_explain(shared: Editor, menu: Path):
    assert await shared.command("explainResponse", shared.open_file(menu)) is None
    assert await shared.said("Give the response to explain as the second argument, or name a target in the case.")


@pytest.mark.parametrize(
    ("target", "named"),
    [
        (2, SECOND),
        ("Recommendation: Go for it.", SECOND),
        ([20, 46], SECOND),
        ([19, 47], SECOND),
        ("Go for", '"Go for"'),
        (None, "whole response"),
    ],
)
async def test_a_part_of_the_response_is_named_in_many_ways(shared: Editor, menu: Path, target: Any, named: str):
    uri = shared.open_file(menu)
    await shared.run(uri)
    await shared.command("explainTarget", uri, 1)
    job = await shared.command("explainTarget", uri, target)
    if job:
        await shared.ended(job)
    await shared.lens_appears(uri, f"target: {named}")


async def test_a_part_is_named_by_a_place_in_the_response_document(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.run(uri)
    response = await shared.open_response()
    place = shared.position(response, "Recommendation", 3)
    await shared.command("explainTarget", response, {"line": place.line, "character": place.character})
    await shared.lens_appears(uri, f"target: {SECOND}")


@pytest.mark.parametrize("target", [0, 3, -1, "not in it", "  ", [500, 600], [5, 5], [-3, 0]])
async def test_a_part_that_is_not_there_is_said_so(shared: Editor, menu: Path, target: Any):
    uri = shared.open_file(menu)
    await shared.run(uri)
    assert await shared.command("explainTarget", uri, target) is None
    there = (
        "The response has 2 parts; there is no part" if isinstance(target, int) else "There is no text of the response"
    )
    assert await shared.said(there)


@pytest.mark.parametrize("target", [True, 1.5, [1], ["a", "b"], {"line": -1, "character": 0}, {"start": 3}])
async def test_a_part_that_is_no_part_is_refused(shared: Editor, menu: Path, target: Any):
    uri = shared.open_file(menu)
    await shared.run(uri)
    with pytest.raises(JsonRpcInvalidParams):
        await shared.command("explainTarget", uri, target)


@pytest.mark.parametrize("name", ["explainTarget", "chooseTarget"])
async def test_before_a_run_there_is_no_part_to_explain(shared: Editor, menu: Path, name: str):
    assert await shared.command(name, shared.open_file(menu), *([1] if name == "explainTarget" else [])) is None
    assert await shared.said("There is no response yet: run the prompt first.")


async def test_clear_forgets_everything_and_closes_the_response(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.run(uri)
    response = await shared.open_response()
    await shared.command("clear", uri)
    assert (await shared.levels(uri), await shared.hints(uri)) == ({}, {})
    assert not any(title.startswith("target") for title in await shared.titles(uri))
    assert await shared.lenses(response) == []
    await eventually(lambda: not Path(response.removeprefix("file://")).exists())


async def test_clear_forgets_what_was_chosen(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.command("chooseCase", uri, "onions")
    await shared.command("chooseMethod", uri, "grad_dot_input")
    await shared.command("clear", uri)
    await shared.lens_appears(uri, "case: eggs")
    assert "method: grad_l2" in await shared.titles(uri)


async def test_nothing_to_cancel_is_no_fault(shared: Editor, menu: Path):
    assert await shared.command("cancel", shared.open_file(menu)) is False
    assert await shared.command("cancel") is False
    assert await shared.command("cancel", "file:///no/such/prompt.j2") is False


async def test_the_state_of_the_engine_is_said_and_returned(shared: Editor, menu: Path):
    await shared.run(shared.open_file(menu))
    state = as_dict(await shared.command("showEngineState"))
    assert (state["state"], state["model"], state["message"]) == ("ready", "menu-judge", "")
    assert await shared.said(f"The engine is ready: model menu-judge, process {state['pid']}.")


async def test_a_restarted_engine_is_another_process_and_knows_no_less(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.run(uri)
    before, levels = as_dict(shared.engine[-1])["pid"], await shared.levels(uri)
    await shared.command("restartEngine")
    assert await shared.levels(uri) == levels
    await shared.run(uri)
    assert as_dict(shared.engine[-1])["pid"] != before


async def test_debug_information_has_no_word_of_a_prompt(shared: Editor, menu: Path):
    await shared.run(shared.open_file(menu))
    found = await shared.debug()
    assert (found["openDocuments"], found["promptFiles"], found["jobs"]) == (1, 1, 0)
    assert "textDocument/didOpen" in found["answers"]
    assert "menu.j2" not in str(found)
    assert "cheese" not in str(found)
