"""A file's text as the rest of the package sees it: decoded once, with lines and columns for people."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Document:
    """A text and the name people know it by (a path, or ``<stdin>``). ``text`` keeps its line ends as written."""

    path: str
    text: str

    @cached_property
    def _line_starts(self) -> list[int]:
        starts, position = [0], 0
        for line in self.text.splitlines(keepends=True):
            position += len(line)
            if line.endswith(("\n", "\r")):
                starts.append(position)
        return starts

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """The line and column of a character, both counted from one, as editors show them."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1
