"""Values beside a prompt: edited in the editor, written by somebody else, opened without their prompt."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_editor import Editor, eventually_async, uri_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def values(menu: Path) -> Path:
    return menu.with_name("menu.values.yaml")


async def test_values_in_the_editor_count_before_they_are_saved(shared: Editor, menu: Path, values: Path):
    uri = shared.open_file(menu)
    sidecar = shared.open_file(values, "yaml")
    shared.replace(sidecar, "likes: cheese", "likes: herring")
    assert "```text\nherring\n```" in (await shared.hover(uri, shared.position(uri, "likes }}")) or "")
    shared.close(sidecar)
    await eventually_async(lambda: _says(shared, uri, "```text\ncheese\n```"))


async def test_values_written_by_somebody_else_are_read_again(shared: Editor, menu: Path, values: Path):
    uri = shared.open_file(menu)
    await shared.diagnosed(uri, None)
    values.write_text("likes: herring\n")
    shared.changed_on_disk(values)
    await shared.diagnosed(uri, "undefined-variable")
    values.write_text("likes: herring\ndish: soup\n")
    shared.changed_on_disk(values)
    await shared.diagnosed(uri, None)
    values.unlink()
    shared.changed_on_disk(values)
    assert len(await shared.diagnosed(uri, "undefined-variable")) == 2


async def test_values_on_the_disk_do_not_count_while_the_editor_has_them_open(shared: Editor, menu: Path, values: Path):
    uri = shared.open_file(menu)
    shared.open_file(values, "yaml")
    await shared.diagnosed(uri, None)
    values.write_text("")
    shared.changed_on_disk(values)
    assert "```text\ncheese\n```" in (await shared.hover(uri, shared.position(uri, "likes }}")) or "")


async def test_after_a_run_other_values_on_the_disk_are_explained_by_themselves(
    shared: Editor, menu: Path, values: Path
):
    uri = shared.open_file(menu)
    await shared.run(uri)
    before = await shared.hints(uri)
    values.write_text(values.read_text().replace("cheese", "soup"))
    shared.changed_on_disk(values)
    await eventually_async(lambda: _differs(shared, uri, before))


async def test_faults_of_closed_values_are_shown_in_them(shared: Editor, menu: Path, values: Path):
    uri = shared.open_file(menu)
    values.write_text("likes: [")
    shared.changed_on_disk(values)
    await shared.diagnosed(uri_of(values), "yaml")
    shared.close(uri)
    await shared.diagnosed(uri_of(values), None)


async def test_values_opened_alone_know_their_prompt(shared: Editor, menu: Path, values: Path):
    sidecar = shared.open_file(values, "yaml")
    await shared.diagnosed(uri_of(menu), None)
    shared.replace(sidecar, "      dish: Cheese souffle\n", "")
    await shared.diagnosed(uri_of(menu), "undefined-variable")
    shared.close(sidecar)
    await shared.diagnosed(uri_of(menu), None)


async def test_a_prompt_whose_values_alone_are_open_is_followed_on_the_disk(shared: Editor, menu: Path, values: Path):
    shared.open_file(values, "yaml")
    await shared.diagnosed(uri_of(menu), None)
    menu.write_text("{{ nobody }}")
    shared.changed_on_disk(menu)
    await shared.diagnosed(uri_of(menu), "undefined-variable")


async def test_values_are_hovered_too(shared: Editor, menu: Path, values: Path):
    uri = shared.open_file(menu)
    sidecar = shared.open_file(values, "yaml")
    await shared.run(uri)
    chosen = await shared.hover(sidecar, shared.position(sidecar, "cheese")) or ""
    assert chosen.startswith("**Influence 27%** on the whole response")
    other = await shared.hover(sidecar, shared.position(sidecar, "mushrooms"))
    assert other == "**Not sent.** This is a value of the case **onions**; the case **eggs** is the one that is chosen."


async def _says(editor: Editor, uri: str, words: str) -> bool:
    return words in (await editor.hover(uri, editor.position(uri, "likes }}")) or "")


async def _differs(editor: Editor, uri: str, before: dict[int, str]) -> bool:
    return await editor.hints(uri) not in ({}, before)
