"""Which unit holds a character, and which units begin or end in a range, by binary search."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from prompt_salience.prompts.units import Part, Unit


@dataclass(frozen=True)
class UnitLookup:
    """The units of one part of a sequence; answers are indices into ``units``."""

    units: Sequence[Unit]
    part: Part

    def at(self, offset: int) -> int | None:
        """The unit that holds the character at ``offset``."""
        position = bisect_right(self._starts, offset) - 1
        return self.indices[position] if position >= 0 and offset < self._ends[position] else None

    def across(self, offset: int) -> int | None:
        """The unit that has characters both before ``offset`` and at it."""
        unit = self.at(offset)
        return unit if unit is not None and self.units[unit].start < offset else None

    def starting_in(self, start: int, end: int) -> Sequence[int]:
        """The units whose first character lies in ``start:end``."""
        return self.indices[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def ending_in(self, start: int, end: int) -> Sequence[int]:
        """The units whose last character lies in ``start:end``."""
        return self.indices[bisect_right(self._ends, start) : bisect_right(self._ends, end)]

    @cached_property
    def indices(self) -> Sequence[int]:
        """Indices of all units of the part, in order."""
        return [index for index, unit in enumerate(self.units) if unit.part is self.part]

    @cached_property
    def _starts(self) -> list[int]:
        return [self.units[index].start for index in self.indices]

    @cached_property
    def _ends(self) -> list[int]:
        return [self.units[index].end for index in self.indices]
