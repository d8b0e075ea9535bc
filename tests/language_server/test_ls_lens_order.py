"""Lenses keep their order in editors that sort those of a line."""

from __future__ import annotations

from pathlib import Path

from fake_editor import Editor


async def test_the_lenses_above_a_prompt_stand_side_by_side(editor: Editor, menu: Path):
    uri = editor.open_file(menu)
    found = [lens.range.start for lens in await editor.lenses(uri)]
    assert [(place.line, place.character) for place in found] == [(0, column) for column in range(len(found))]
    assert len(found) > 1
