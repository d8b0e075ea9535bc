"""How strongly each unit is shown: its tint, and its share in numbers with a bar where there is no colour."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rich.style import Style
from rich.text import Text

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.attribution.scale import levels, reference
from prompt_salience.prompts.units import Part
from prompt_salience.report.look import Look
from prompt_salience.report.palette import tint_style
from prompt_salience.report.shares import BAR_WIDTH, ShareFormat

PLAIN, DIM, BOLD = Style.null(), Style(dim=True), Style(bold=True)
_STRONG_LEVEL = 4


@dataclass(frozen=True)
class Shading:
    """The levels of an explanation's chosen target under one look."""

    explanation: Explanation
    look: Look

    def level(self, unit: int) -> int:
        """The level of a unit, from -5 to 5."""
        return int(self._levels[unit])

    def tint(self, level: int) -> Style:
        """The style of a level."""
        signed = self.explanation.method.signed
        return tint_style(level, signed=signed, theme=self.look.theme, depth=self.look.depth)

    def strongest(self, count: int) -> list[int]:
        """At most ``count`` units that have a tint, the strongest first."""
        order = np.argsort(-np.abs(self.influence), kind="stable")[:count]
        return [int(unit) for unit in order if self._levels[unit]]

    def share(self, unit: int) -> Text:
        """A unit's share of the influence, ``share_width`` columns wide."""
        return self._written(float(self.influence[unit]), self.level(unit), self._reference)

    def total(self, units: list[int]) -> float:
        """The sum of several units' shares."""
        return float(np.sum(self.influence[units]))

    def written_total(self, units: list[int], largest: float) -> Text:
        """The sum of several units' shares, as bold as the strongest of them; its bar is full at ``largest``."""
        return self._written(self.total(units), int(np.max(np.abs(self._levels[units]))), largest)

    def _written(self, share: float, level: int, full: float) -> Text:
        style = DIM if level == 0 else BOLD if abs(level) >= _STRONG_LEVEL else PLAIN
        bar = self.format.bar(abs(share) / full) + " " if self.look.bars else ""
        return Text(bar + self.format.percent(share), style)

    @cached_property
    def format(self) -> ShareFormat:
        """How shares are written."""
        return ShareFormat(self.explanation.method.signed, self.look.unicode)

    @property
    def share_width(self) -> int:
        """Columns that a share takes, its bar included."""
        return self.format.width + (BAR_WIDTH + 1 if self.look.bars else 0)

    @cached_property
    def influence(self) -> NDArray[np.float64]:
        """The influence of every unit on the chosen target, shape (units,)."""
        return self.explanation.targets[self.explanation.chosen].influence

    @cached_property
    def _in_prompt(self) -> list[bool]:
        return [unit.part is Part.PROMPT for unit in self.explanation.units]

    @cached_property
    def _levels(self) -> NDArray[np.int64]:
        return levels(self.influence, self._in_prompt)

    @cached_property
    def _reference(self) -> float:
        return reference(self.influence, self._in_prompt)
