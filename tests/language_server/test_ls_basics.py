"""From opening a file to its explanation."""

from __future__ import annotations

from pathlib import Path

from fake_editor import Editor, capabilities
from lsprotocol import types


async def test_a_run_tints_the_prompt_and_says_so_everywhere(editor: Editor, menu: Path):
    uri = editor.open_file(menu)
    assert await editor.diagnosed(uri, None) == []
    assert (await editor.titles(uri))[:2] == ["run and explain", "case: eggs"]
    await editor.run(uri)
    assert max((await editor.levels(uri)).values()) > 0
    assert await editor.hints(uri)
    assert "Influence" in (await editor.hover(uri, editor.position(uri, "Mushroom")) or "")
    assert "target: whole response" in await editor.titles(uri)


async def test_a_client_that_takes_only_commands_gets_commands(start, menu: Path):
    given = capabilities()
    assert given.text_document
    given.text_document.code_action = None
    editor: Editor = await start(given=given)
    uri = editor.open_file(menu)
    editor.replace(uri, "{{ likes", "{{ lkes")
    await editor.diagnosed(uri, "undefined-variable")
    (found,) = await editor.actions(uri, editor.span(uri, "lkes"))
    assert isinstance(found, types.Command)
    assert (found.title, list(found.arguments or ())) == ("Run and explain", [uri])
