"""Columns in the client's own units, with characters of every width before them."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_editor import Editor, capabilities, identifier, uri_of, within
from lsprotocol import types

TEXT = "Gäste 🥚🥚 mögen {{ lkes }} 🍳.\u2028Und {{ dihs }}?\r\n🥚 Wein: {{ wein }}\r\n"
UNITS = {
    types.PositionEncodingKind.Utf8: lambda text: len(text.encode()),
    types.PositionEncodingKind.Utf16: lambda text: len(text.encode("utf-16-le")) // 2,
    types.PositionEncodingKind.Utf32: len,
}


@pytest.mark.parametrize("encoding", list(UNITS))
async def test_ranges_positions_and_tokens_are_in_the_agreed_units(start, menu: Path, encoding):
    editor: Editor = await start(given=capabilities(encoding=encoding), configuration={"live": "off"})
    assert editor.server.capabilities.position_encoding == encoding

    def place(text: str, past: int = 0) -> types.Position:
        before = TEXT[: TEXT.index(text) + past]
        line = before.count("\r\n")
        return types.Position(line, UNITS[encoding](before.rsplit("\r\n", 1)[-1]))

    menu.write_text(TEXT, newline="")
    menu.with_name("menu.values.yaml").write_text("likes: Käse 🧀\nwein: rot\n")
    uri = editor.open(uri_of(menu), TEXT)
    found = await editor.diagnosed(uri, "undefined-variable")
    assert [one.range for one in found] == [types.Range(place(name), place(name, 4)) for name in ("lkes", "dihs")]

    params = types.HoverParams(identifier(uri), place("wein", 3))
    hovered = await within(editor.client.text_document_hover_async(params))
    assert hovered.contents.value.startswith("**wein**")
    assert hovered.range.end == place("wein", 4)

    editor.change(uri, TEXT.replace("lkes", "likes").replace("{{ dihs }}", "nun"))
    await editor.run(uri)
    first = "Gäste 🥚🥚 mögen {{ likes }} 🍳."
    assert tuple((await editor.tokens(uri)).data[:3]) == (0, 0, UNITS[encoding](first))
