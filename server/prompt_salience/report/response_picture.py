"""The response as a terminal shows it: as written, the target marked, the numbers of its units at the right.

Decisions:
- An arrow stands before each row of the target. A target that is not the whole response is underlined too, or put
  between brackets where the output knows no underline.
- The numbers are those that ``--target-unit`` takes. A response of one unit shows none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from rich.style import Style
from rich.text import Text

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.prompts.units import Part
from prompt_salience.report.escaping import expressible
from prompt_salience.report.layout import Glyph, Row, rows
from prompt_salience.report.look import Look
from prompt_salience.report.prompt_picture import GAP, MARGIN, flush_right
from prompt_salience.report.shading import DIM, PLAIN
from prompt_salience.report.unit_lookup import UnitLookup

_TARGET = Style(bold=True, underline=True)
_LEAST_BODY = 16


@dataclass(frozen=True)
class ResponsePicture:
    """The rows of one explanation's response under one look."""

    explanation: Explanation
    look: Look

    def lines(self) -> list[Text]:
        """One line for each row of the response."""
        return [self._line(row) for row in self._rows]

    @property
    def numbers_shown(self) -> bool:
        """Whether the units are numbered."""
        return len(self._units.indices) > 1

    @cached_property
    def _units(self) -> UnitLookup:
        return UnitLookup(self.explanation.units, Part.RESPONSE)

    @property
    def needed_width(self) -> int:
        """Columns that the widest row takes, with what stands beside it."""
        return self._beside + max((row.width for row in self._rows), default=0)

    @cached_property
    def _beside(self) -> int:
        numbers = 2 * len(str(len(self._units.indices))) + 1 if self.numbers_shown else 0
        return MARGIN + GAP + numbers + sum(map(len, self._brackets))

    @cached_property
    def _rows(self) -> tuple[Row, ...]:
        body = max(self.look.width - self._beside, _LEAST_BODY)
        text = self.explanation.text
        return rows(text, len(self.explanation.prompt), len(text), body, self.look.encoding)

    @cached_property
    def _target(self) -> tuple[int, int]:
        target = self.explanation.targets[self.explanation.chosen]
        return target.start, target.end

    @property
    def _partial(self) -> bool:
        return not self.explanation.of_whole

    @cached_property
    def _brackets(self) -> tuple[str, str]:
        if self.look.attributes or not self._partial:
            return "", ""
        encoding = self.look.encoding
        return expressible("⟦", "[[", encoding), expressible("⟧", "]]", encoding)

    def _line(self, row: Row) -> Text:
        start, end = self._target
        marked = any(self._in_target(glyph) and not glyph.blank for glyph in row.glyphs)
        arrow = expressible("▸", ">", self.look.encoding) if marked else ""
        line = Text(arrow.ljust(MARGIN) if row.glyphs else "")
        for inside, run in groupby(row.glyphs, key=self._in_target):
            shown = "".join(glyph.text for glyph in run)
            if not inside or not self._partial:
                line.append(shown)
                continue
            opening = self._brackets[0] if row.start <= start < row.end else ""
            closing = self._brackets[1] if row.start < end <= row.end else ""
            line.append(opening + shown + closing, _TARGET if self.look.attributes else PLAIN)
        numbers = self._numbers(row)
        return flush_right(line, Text(numbers, DIM), self.look.width) if numbers else line

    def _in_target(self, glyph: Glyph) -> bool:
        return self._target[0] <= glyph.offset < self._target[1]

    def _numbers(self, row: Row) -> str:
        if not self.numbers_shown:
            return ""
        first = self._units.indices[0]
        return _range([unit - first + 1 for unit in self._units.starting_in(row.start, row.end)])


def _range(numbers: Sequence[int]) -> str:
    if len(numbers) > 1:
        return f"{numbers[0]}-{numbers[-1]}"
    return str(numbers[0]) if numbers else ""
