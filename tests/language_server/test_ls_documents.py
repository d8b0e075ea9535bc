"""Which documents are prompts; and that closed and renamed ones leave nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_editor import Editor, path_of, uri_of
from lsprotocol import types

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_untitled_document_is_worked_on_like_a_file(shared: Editor):
    uri = shared.open("untitled:Untitled-1", "Guest likes: fish\nDish: soup\n")
    await shared.run(uri)
    assert await shared.levels(uri) == {"Guest likes: fish": 5, "Dish: soup": 1}
    response = await shared.open_response()
    said = await shared.hover(response, shared.position(response, "eggs")) or ""
    assert f"(<{uri}#L1,1>)" in said, said


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("jinja", "{% if true %}Hello.{% endif %}"),
        ("prompty", "---\nname: one\n---\nuser:\nHello.\n"),
        ("jsonl", '{"prompt": "Hello."}\n'),
        ("plaintext", "Hello {{ not a variable }}"),
        ("markdown", "# Hello"),
    ],
)
async def test_a_document_without_an_ending_goes_by_its_language(shared: Editor, language: str, text: str):
    uri = shared.open("untitled:one", text, language)
    assert await shared.diagnosed(uri, None) == []
    await shared.run(uri)


async def test_a_document_is_called_as_its_client_spells_it(shared: Editor, menu: Path):
    folder = menu.parent / "Menü mit Eiern"
    folder.mkdir()
    (folder / "menu.j2").write_text(menu.read_text())
    uri = shared.open(f"file://{menu.parent}/Menü%20mit%20Eiern/menu.j2", menu.read_text())
    await shared.diagnosed(uri, "undefined-variable")
    (folder / "menu.values.yaml").write_text("likes: fish\ndish: soup\n")
    shared.changed_on_disk(folder / "menu.values.yaml")
    await shared.diagnosed(uri, None)
    await shared.run(uri)
    response = await shared.open_response()
    assert f"(<{uri}#L3,1>)" in (await shared.hover(response, shared.position(response, "eggs")) or "")


async def test_other_documents_are_left_alone(shared: Editor, tmp_path: Path):
    uri = shared.open(uri_of(tmp_path / "program.py"), "print('{{ x }}')", "python")
    assert (await shared.debug())["promptFiles"] == 0
    assert (await shared.lenses(uri), await shared.hover(uri, types.Position(0, 0))) == ([], None)
    assert await shared.actions(uri, types.Range(types.Position(0, 0), types.Position(0, 5))) == []
    assert uri not in shared.client.diagnostics


async def test_a_closed_prompt_leaves_nothing_behind_while_it_is_being_run(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    sidecar = shared.open_file(menu.with_name("menu.values.yaml"), "yaml")
    shared.replace(sidecar, "likes: cheese", "likes: cheese\n      wine: red")
    await shared.diagnosed(sidecar, "unused-value")
    await shared.run(uri)
    response = path_of(await shared.open_response())
    await shared.command("runAndExplain", uri)
    await shared.close_all()
    assert not response.parent.exists()
    assert shared.diagnostics(sidecar) == []


async def test_what_was_explained_is_gone_when_a_prompt_is_opened_again(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.run(uri)
    await shared.command("chooseMethod", uri, "grad_dot_input")
    shared.close(uri)
    shared.open_file(menu)
    assert await shared.levels(uri) == {}
    assert "method: grad_l2" in await shared.titles(uri)


async def test_a_renamed_prompt_is_closed_and_opened(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    shared.replace(uri, "{{ dish }}", "{{ dihs }}")
    await shared.diagnosed(uri, "undefined-variable")
    renamed = menu.rename(menu.with_name("lunch.j2"))
    shared.close(uri)
    new = shared.open_file(renamed)
    await shared.diagnosed(uri, None)
    assert len(await shared.diagnosed(new, "undefined-variable")) == 2
    assert (await shared.debug())["promptFiles"] == 1


async def test_a_prompt_is_kept_while_its_values_are_open_and_goes_back_to_the_disk(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    shared.open_file(menu.with_name("menu.values.yaml"), "yaml")
    shared.replace(uri, "{{ dish }}", "{{ dihs }}")
    await shared.diagnosed(uri, "undefined-variable")
    shared.close(uri)
    await shared.diagnosed(uri, None)
    assert (await shared.debug())["promptFiles"] == 1
