r"""The lines of a text as editors see them.

Decisions:
- ``\n``, ``\r\n`` and ``\r`` end a line, and nothing else does.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Lines:
    """The lines of ``text``, counted from zero; there is always at least one."""

    text: str

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where each line starts."""
        return (0, *(found.end() for found in _LINE_END.finditer(self.text)))

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """Where each line ends, its line end not counted."""
        return (*(found.start() for found in _LINE_END.finditer(self.text)), len(self.text))

    @cached_property
    def inks(self) -> tuple[tuple[int, int], ...]:
        """The range of each line without the blanks around it; empty at the end of a blank line."""
        return tuple(self._ink(start, end) for start, end in zip(self.starts, self.ends, strict=True))

    def _ink(self, start: int, end: int) -> tuple[int, int]:
        line = self.text[start:end]
        trimmed = line.lstrip()
        first = end - len(trimmed)
        return first, first + len(trimmed.rstrip())

    def at(self, offset: int) -> int:
        """The line that holds an offset; a line end belongs to the line that it ends."""
        return bisect_right(self.starts, offset) - 1

    def touched(self, start: int, end: int) -> range:
        """The lines that hold a character of ``start:end``."""
        return range(self.at(start), self.at(max(start, end - 1)) + 1)
