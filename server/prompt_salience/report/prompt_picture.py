"""The prompt as a terminal shows it: as written, each unit tinted, its share at the end of the row where it ends.

Decisions:
- The column of shares is as wide as the fullest row needs, up to a third of the width. Where rows hold more units
  than that (words, tokens), the column gives the sum of each row, and the strongest units are listed by name.
- Without colour a bar stands before each share, as long as the unit's influence over the scale's reference; a bar of
  a sum is relative to the largest sum. A rail in the margin ties the rows of a unit together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import PurePath

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.prompts.source_map import OriginKind
from prompt_salience.prompts.units import Part
from prompt_salience.report.captions import place_of, source_path
from prompt_salience.report.escaping import escaped
from prompt_salience.report.layout import Row, clipped, rows
from prompt_salience.report.look import Look
from prompt_salience.report.rail import rail
from prompt_salience.report.shading import DIM, PLAIN, Shading
from prompt_salience.report.unit_lookup import UnitLookup

MARGIN = 2
GAP = 2
_LEAST_BODY = 16
_MOST_SHARES_PER_ROW = 3
_STRONGEST_LISTED = 8


@dataclass(frozen=True)
class PromptPicture:
    """The rows of one explanation's prompt under one look."""

    explanation: Explanation
    look: Look

    @cached_property
    def shading(self) -> Shading:
        """How strongly each unit is shown."""
        return Shading(self.explanation, self.look)

    @property
    def sums(self) -> bool:
        """Whether the column gives the sum of each row, because some row has too many units for one by one."""
        return self._shares_per_row is None

    def lines(self) -> list[Text]:
        """One line for each row of the prompt."""
        return [self._line(row) for row in self._rows]

    @property
    def needed_width(self) -> int:
        """Columns that the widest row and the shares take: at most those of the look, where it leaves room at all."""
        column = (self._shares_per_row or 1) * (GAP + self.shading.share_width)
        return MARGIN + max((row.width for row in self._rows), default=0) + column

    def strongest(self) -> list[Text]:
        """The units of the strongest influence with their places, one line each."""
        return [self._listed(unit) for unit in self.shading.strongest(_STRONGEST_LISTED)]

    @cached_property
    def _rows(self) -> tuple[Row, ...]:
        return self._rows_beside(self._shares_per_row or 1)

    @cached_property
    def _largest_sum(self) -> float:
        """The largest sum of a row, and 1 where no row has any influence."""
        sums = (abs(self.shading.total(ending)) for row in self._rows if (ending := self._ending_in(row)))
        return max(sums, default=0.0) or 1.0

    @cached_property
    def _units(self) -> UnitLookup:
        return UnitLookup(self.explanation.units, Part.PROMPT)

    @cached_property
    def _shares_per_row(self) -> int | None:
        """The fewest shares to leave room for so that every row shows all of its own; None if no number will do."""
        affordable = self.look.width // 3 // (self.shading.share_width + GAP)
        for count in range(1, max(1, min(_MOST_SHARES_PER_ROW, affordable)) + 1):
            if all(len(self._ending_in(row)) <= count for row in self._rows_beside(count)):
                return count
        return None

    def _rows_beside(self, shares: int) -> tuple[Row, ...]:
        body = max(self.look.width - MARGIN - shares * (GAP + self.shading.share_width), _LEAST_BODY)
        return rows(self.explanation.prompt, 0, len(self.explanation.prompt), body, self.look.encoding)

    def _ending_in(self, row: Row) -> list[int]:
        return list(self._units.ending_in(row.start, row.end))

    def _line(self, row: Row) -> Text:
        mark = rail(self._units, row, self.look.encoding) if self.look.bars and not self.sums else ""
        line = Text().append(mark.ljust(MARGIN) if row.glyphs else mark, DIM)
        styled = ((self._style_at(glyph.offset), glyph.text) for glyph in row.glyphs)
        for style, run in groupby(styled, key=lambda pair: pair[0]):
            line.append("".join(text for _, text in run), style)
        ending = self._ending_in(row)
        return flush_right(line, self._shares(ending), self.look.width) if ending else line

    def _shares(self, units: list[int]) -> Text:
        if self.sums:
            return self.shading.written_total(units, self._largest_sum)
        return Text(" " * GAP).join(self.shading.share(unit) for unit in units)

    def _style_at(self, offset: int) -> Style:
        unit = self._units.at(offset)
        if unit is not None:
            return self.shading.tint(self.shading.level(unit))
        scaffolding = self.explanation.source_map.at(offset).origin.kind is OriginKind.SCAFFOLDING
        return DIM if scaffolding else PLAIN

    def _listed(self, index: int) -> Text:
        unit, share = self.explanation.units[index], self.shading.share(index)
        text = self.explanation.text[unit.start : unit.end]
        room = self.look.width - MARGIN - len(share) - GAP
        needed = min(cell_len(clipped(text, room, self.look.encoding)), _LEAST_BODY)
        place = self._place_within(room - GAP - needed, unit.start)
        line = Text(" " * MARGIN).append_text(share).append(" " * GAP)
        shown = clipped(text, room - GAP - cell_len(place), self.look.encoding)
        line.append(shown, self.shading.tint(self.shading.level(index)))
        return flush_right(line, Text(place, DIM), self.look.width) if place else line

    def _place_within(self, room: int, offset: int) -> str:
        """As much of the place of a character as there is room for; a file that the heading names may be left out."""
        path, position = place_of(self.explanation, offset)
        named = position if path == source_path(self.explanation) else ""
        candidates = (path + position, PurePath(path).name + position, named)
        shown = (escaped(place, self.look.encoding) for place in candidates)
        return next((place for place in shown if cell_len(place) <= room), "")


def flush_right(line: Text, end: Text, width: int) -> Text:
    """``line`` with ``end`` at the right edge, or right behind it where there is no room."""
    return line.append(" " * max(width - line.cell_len - end.cell_len, 1)).append_text(end)
