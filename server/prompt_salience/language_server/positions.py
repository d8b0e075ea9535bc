r"""Between code points, in which everything is counted here, and what a client counts in.

Decisions:
- Lines end at ``\n``, ``\r\n`` and ``\r``, and at nothing else: U+2028 is a character like any other. (The workspace of
  pygls also breaks there, and at seven more characters; it is asked for nothing.)
- A position outside of the text means the nearest one inside, as the protocol says of columns.
- Line starts, and the units before each character, are found once for each text; then every question is a look-up.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from lsprotocol import types
from numpy.typing import ArrayLike, NDArray

from prompt_salience.editor import lines as editor_lines
from prompt_salience.report.utf16 import units_before

Numbers = NDArray[np.int64]


class Lines:
    """The lines of one text, for one encoding of columns."""

    def __init__(
        self, text: str, encoding: types.PositionEncodingKind | str = types.PositionEncodingKind.Utf16
    ) -> None:
        self.text = text
        self._encoding = encoding
        self._lines = editor_lines.Lines(text)

    def position(self, offset: int) -> types.Position:
        """The position of the character at ``offset``; one past the last is the end of the text."""
        lines, columns = self.columns([min(max(offset, 0), len(self.text))])
        return types.Position(int(lines[0]), int(columns[0]))

    def range(self, start: int, end: int) -> types.Range:
        """The range of the characters ``start:end``."""
        return types.Range(self.position(start), self.position(end))

    def offset(self, position: types.Position) -> int:
        """The offset of the character at a position; inside of a character, its start."""
        if position.line >= len(self._starts):
            return len(self.text)
        start, end = int(self._starts[position.line]), int(self._ends[position.line])
        units = int(self._before[start]) + max(position.character, 0)
        return start + int(np.searchsorted(self._before[start : end + 1], units, side="right")) - 1

    def offsets(self, asked: types.Range) -> tuple[int, int]:
        """The offsets of the start and the end of a range."""
        return self.offset(asked.start), self.offset(asked.end)

    def columns(self, offsets: ArrayLike) -> tuple[Numbers, Numbers]:
        """The lines and the columns of the characters at ``offsets``, each of shape (offsets,).

        Inside of a line end of two characters is where the line ends.
        """
        wanted = np.asarray(offsets, np.int64)
        lines = np.searchsorted(self._starts, wanted, side="right") - 1
        return lines, self._before[np.minimum(wanted, self._ends[lines])] - self._before[self._starts[lines]]

    def widths(self, starts: ArrayLike, ends: ArrayLike) -> Numbers:
        """The lengths of the stretches from ``starts`` to ``ends``, as the client counts, shape (stretches,)."""
        return self._before[np.asarray(ends, np.int64)] - self._before[np.asarray(starts, np.int64)]

    @cached_property
    def _starts(self) -> Numbers:
        return np.array(self._lines.starts, np.int64)

    @cached_property
    def _ends(self) -> Numbers:
        return np.array(self._lines.ends, np.int64)

    @cached_property
    def _before(self) -> Numbers:
        """How many units stand before each character, and before the end; shape (characters + 1,)."""
        if self._encoding == types.PositionEncodingKind.Utf32 or self.text.isascii():
            return np.arange(len(self.text) + 1)
        if self._encoding == types.PositionEncodingKind.Utf16:
            return units_before(self.text)
        points = np.frombuffer(self.text.encode("utf-32-le", "surrogatepass"), np.uint32)
        return np.concatenate(([0], np.cumsum(1 + (points > 0x7F) + (points > 0x7FF) + (points > 0xFFFF))))
