r"""Between code points, in which everything is counted here, and what a client counts in.

Decisions:
- Lines end at ``\n``, ``\r\n`` and ``\r``, and at nothing else: U+2028 is a character like any other. (The workspace of
  pygls also breaks there, and at seven more characters; it is asked for nothing.)
- A position outside of the text means the nearest one inside, as the protocol says of columns.
- Line starts are found once for each text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from lsprotocol import types

_LINE_END = re.compile(r"\r\n|\r|\n")


class Lines:
    """The lines of one text, for one encoding of columns."""

    def __init__(
        self, text: str, encoding: types.PositionEncodingKind | str = types.PositionEncodingKind.Utf16
    ) -> None:
        self.text = text
        self._encoding = encoding

    def position(self, offset: int) -> types.Position:
        """The position of the character at ``offset``; one past the last is the end of the text."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self._starts, offset) - 1
        return types.Position(line, self._units(self.text[self._starts[line] : offset]))

    def range(self, start: int, end: int) -> types.Range:
        """The range of the characters ``start:end``."""
        return types.Range(self.position(start), self.position(end))

    def offset(self, position: types.Position) -> int:
        """The offset of the character at a position; inside of a character, its start."""
        if position.line >= len(self._starts):
            return len(self.text)
        start, end = self._starts[position.line], self._ends[position.line]
        return start + self._code_points(self.text[start:end], position.character)

    def offsets(self, asked: types.Range) -> tuple[int, int]:
        """The offsets of the start and the end of a range."""
        return self.offset(asked.start), self.offset(asked.end)

    def width(self, start: int, end: int) -> int:
        """The length of the characters ``start:end`` as the client counts."""
        return self._units(self.text[start:end])

    @cached_property
    def _breaks(self) -> list[tuple[int, int]]:
        return [found.span() for found in _LINE_END.finditer(self.text)]

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(end for _, end in self._breaks)]

    @cached_property
    def _ends(self) -> list[int]:
        return [*(start for start, _ in self._breaks), len(self.text)]

    def _units(self, piece: str) -> int:
        if self._encoding == types.PositionEncodingKind.Utf32 or piece.isascii():
            return len(piece)
        if self._encoding == types.PositionEncodingKind.Utf8:
            return len(piece.encode("utf-8", "surrogatepass"))
        return len(piece) + sum(character > "\uffff" for character in piece)

    def _code_points(self, line: str, units: int) -> int:
        if self._encoding == types.PositionEncodingKind.Utf32 or line.isascii():
            return min(max(units, 0), len(line))
        counted = 0
        for index, character in enumerate(line):
            counted += self._units(character)
            if counted > units:
                return index
        return len(line)
