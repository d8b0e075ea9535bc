"""Quick fixes: taken, they make the fault go away."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_misspelt_variable_is_spelt_right(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    shared.replace(uri, "{{ likes", "{{ lkes")
    await shared.diagnosed(uri, "undefined-variable")
    action = await shared.action(uri, shared.span(uri, "lkes"), "Change to 'likes'")
    assert action.is_preferred
    assert [found.message for found in action.diagnostics or ()] == [
        "The variable 'lkes' has no value. Did you mean 'likes'?"
    ]
    shared.apply(action.edit)
    assert "{{ likes }}" in shared.texts[uri]
    await shared.diagnosed(uri, None)


async def test_a_missing_value_is_added_to_the_case_in_the_open_file_of_values(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    sidecar = shared.open_file(menu.with_name("menu.values.yaml"), "yaml")
    shared.replace(sidecar, "      dish: Cheese souffle\n", "")
    await shared.diagnosed(uri, "undefined-variable")
    await shared.fix(uri, "dish }}", "Add a value for 'dish'")
    assert '      likes: cheese\n      dish: ""\n' in shared.texts[sidecar]
    await shared.diagnosed(uri, None)


async def test_a_missing_value_is_added_to_a_closed_file_of_values(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    shared.replace(uri, "{{ dish }}", "{{ dish }} with {{ wine }}")
    await shared.diagnosed(uri, "undefined-variable")
    await shared.fix(uri, "wine", "Add a value for 'wine'")
    shared.changed_on_disk(menu.with_name("menu.values.yaml"))
    await shared.diagnosed(uri, None)


async def test_a_missing_value_makes_the_file_of_values(shared: Editor, tmp_path: Path):
    path = tmp_path / "new.j2"
    path.write_text("Eat {{ dish }}.")
    uri = shared.open_file(path)
    await shared.diagnosed(uri, "undefined-variable")
    await shared.fix(uri, "dish", "Add a value for 'dish'")
    assert path.with_name("new.values.yaml").read_text() == 'dish: ""\n'
    shared.changed_on_disk(path.with_name("new.values.yaml"))
    await shared.diagnosed(uri, None)


async def test_a_missing_value_is_added_to_front_matter(shared: Editor):
    uri = shared.open("untitled:front", "---\nname: one\n---\nuser:\nEat {{ dish }}.\n", "prompty")
    await shared.diagnosed(uri, "undefined-variable")
    await shared.fix(uri, "dish", "Add a value for 'dish'")
    assert shared.texts[uri].startswith('---\nname: one\ninputs:\n  dish:\n    example: ""\n---\n')
    await shared.diagnosed(uri, None)


async def test_an_unused_value_is_removed_or_given_the_name_that_is_used(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    sidecar = shared.open_file(menu.with_name("menu.values.yaml"), "yaml")
    shared.replace(sidecar, "likes: cheese", "likes: cheese\n      wine: red")
    await shared.diagnosed(sidecar, "unused-value")
    await shared.fix(sidecar, "wine", "Remove 'wine'")
    assert "wine" not in shared.texts[sidecar]
    shared.replace(sidecar, "likes: cheese", "lkes: cheese")
    await shared.diagnosed(sidecar, "unused-value")
    await shared.fix(sidecar, "lkes", "Change to 'likes'")
    await shared.diagnosed(sidecar, None)
    await shared.diagnosed(uri, None)


async def test_an_unknown_key_of_front_matter_is_spelt_right(shared: Editor):
    uri = shared.open("untitled:keys", "---\ndescripton: two\n---\nuser:\nHello.\n", "prompty")
    await shared.diagnosed(uri, "unknown-key")
    await shared.fix(uri, "descripton", "Change to 'description'")
    await shared.diagnosed(uri, None)
