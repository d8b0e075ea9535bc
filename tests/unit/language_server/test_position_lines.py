"""Positions and offsets are each other's inverse, in every encoding."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lsprotocol.types import Position, PositionEncodingKind, Range

from prompt_salience.language_server.positions import Lines

UNITS = {
    PositionEncodingKind.Utf8: lambda text: len(text.encode("utf-8", "surrogatepass")),
    PositionEncodingKind.Utf16: lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2,
    PositionEncodingKind.Utf32: len,
}
encodings = st.sampled_from(list(PositionEncodingKind))
PIECES = (
    "a",
    "b ",
    "\r\n",
    "\r",
    "\n",
    "\t",
    "\u2028",
    "\u2029",
    "\x0b",
    "\x0c",
    "\x85",
    "\x1c",
    "\0",
    "é",
    "😀",
    "\ud83d",
)
texts = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=20).map("".join)
LARGEST = 2**31 - 1


def rows_of(text: str) -> list[str]:
    """Lines without their ends, cut in the simplest way."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@given(text=texts, encoding=encodings)
@example(text="a\u2028b", encoding=PositionEncodingKind.Utf16)
@example(text="a\r\nb", encoding=PositionEncodingKind.Utf16)
@example(text="", encoding=PositionEncodingKind.Utf8)
def test_every_offset_has_the_position_that_a_client_gives_it(text: str, encoding: PositionEncodingKind):
    lines = Lines(text, encoding)
    rows = rows_of(text)
    for offset in range(len(text) + 1):
        before = rows_of(text[:offset])
        inside_of_line_end = text[offset - 1 : offset + 1] == "\r\n" and offset > 0
        line = len(before) - 1 - inside_of_line_end
        expected = rows[line] if inside_of_line_end else before[-1]
        assert lines.position(offset) == Position(line, UNITS[encoding](expected))


@given(text=texts, encoding=encodings)
def test_the_offset_of_a_position_is_where_it_came_from(text: str, encoding: PositionEncodingKind):
    lines = Lines(text, encoding)
    for offset in range(len(text) + 1):
        expected = offset - 1 if offset and text[offset - 1 : offset + 1] == "\r\n" else offset
        assert lines.offset(lines.position(offset)) == expected


@given(text=texts, encoding=encodings, line=st.integers(0, 40), character=st.integers(0, 200))
def test_any_position_means_a_character_of_the_text(
    text: str, encoding: PositionEncodingKind, line: int, character: int
):
    lines, rows = Lines(text, encoding), rows_of(text)
    offset = lines.offset(Position(line, character))
    if line >= len(rows):
        assert offset == len(text)
        return
    place = lines.position(offset)
    assert place.line == line
    row, count = rows[line], UNITS[encoding]
    assert place.character == max(width for width in map(count, beginnings(row)) if width <= character)


def beginnings(row: str) -> list[str]:
    return [row[:end] for end in range(len(row) + 1)]


@pytest.mark.parametrize(
    ("encoding", "character", "offset"),
    [
        *((PositionEncodingKind.Utf16, character, offset) for character, offset in [(1, 1), (2, 1), (3, 2), (4, 3)]),
        *((PositionEncodingKind.Utf8, character, offset) for character, offset in [(2, 1), (4, 1), (5, 2), (7, 2)]),
        (PositionEncodingKind.Utf8, 8, 3),
        (PositionEncodingKind.Utf32, 2, 2),
    ],
)
def test_inside_of_a_character_is_its_start(encoding: PositionEncodingKind, character: int, offset: int):
    assert Lines("a😀\ud83db", encoding).offset(Position(0, character)) == offset


def test_beyond_the_end_of_a_line_is_its_end():
    lines = Lines("one\r\ntwo")
    assert lines.offset(Position(0, LARGEST)) == 3
    assert lines.offset(Position(1, LARGEST)) == 8
    assert lines.offset(Position(LARGEST, 0)) == 8
    assert lines.offsets(Range(Position(0, 9), Position(9, 9))) == (3, 8)
    assert lines.position(-5) == Position(0, 0)
    assert lines.position(99) == Position(1, 3)


@given(text=texts, encoding=encodings, data=st.data())
def test_widths_are_counted_as_columns_are(text: str, encoding: PositionEncodingKind, data: st.DataObject):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert Lines(text, encoding).widths([start], [end]).tolist() == [UNITS[encoding](text[start:end])]
