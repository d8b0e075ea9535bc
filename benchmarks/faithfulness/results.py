"""All figures of a benchmark, and their means with intervals.

Decisions
- Prompts are what is drawn again by the bootstrap, so all prompts of the sets count alike.
- Seconds and passes are medians: a pause of the machine, or a length that is compiled first, is no cost
  of the method.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from candidates import LIT, Name
from measures import Measure, Measured
from numpy.typing import NDArray
from questions import PromptSet

from prompt_salience.attribution.faithfulness.bootstrap import Interval, bootstrap_interval
from prompt_salience.prompts.units import Granularity

COSTS = (Measure.SECONDS, Measure.PASSES)


@dataclass(frozen=True)
class Row:
    """One candidate's figures on one question."""

    prompt_set: PromptSet
    granularity: Granularity
    measured: Measured


@dataclass(frozen=True)
class Results:
    """Everything measured, and the seed of the intervals."""

    rows: Sequence[Row]
    seed: int

    def names(self) -> list[Name]:
        """The candidates, in the order in which they were compared."""
        return list(dict.fromkeys(row.measured.name for row in self.rows))

    def best_and_default(self, granularity: Granularity) -> list[Name]:
        """Of every method the default aggregation, and the one with the highest LDS where that is another."""
        names = self.names()
        labels = {name.label: [other for other in names if other.label == name.label] for name in names}
        best = {max(same, key=lambda name: self.lds(granularity, name).mean) for same in labels.values()}
        return [name for name in names if name.default or name in best]

    def granularities(self) -> list[Granularity]:
        """The granularities, likewise."""
        return list(dict.fromkeys(row.granularity for row in self.rows))

    def values(
        self, granularity: Granularity, name: Name, measure: Measure, prompt_set: PromptSet | None = None
    ) -> NDArray[np.float64]:
        """One value for each prompt on which there is one, of one set or of all."""
        return np.array([
            row.measured.figures[measure]
            for row in self.rows
            if row.granularity is granularity
            and row.measured.name == name
            and measure in row.measured.figures
            and prompt_set in (None, row.prompt_set)
        ])  # fmt: skip

    def interval(
        self, granularity: Granularity, name: Name, measure: Measure, prompt_set: PromptSet | None = None
    ) -> Interval | None:
        """The mean over prompts; None where there is no value."""
        values = self.values(granularity, name, measure, prompt_set)
        return bootstrap_interval(values, self.seed) if len(values) else None

    def lds(self, granularity: Granularity, name: Name) -> Interval:
        """The mean LDS over all prompts."""
        return bootstrap_interval(self.values(granularity, name, Measure.LDS), self.seed)

    def above_lit(self, granularity: Granularity, name: Name) -> Interval | None:
        """By how much the LDS is above that of LIT's definition, prompt by prompt; None where that was not measured."""
        lit = self.values(granularity, Name(LIT), Measure.LDS)
        if not len(lit):
            return None
        return bootstrap_interval(self.values(granularity, name, Measure.LDS) - lit, self.seed)

    def cost(self, granularity: Granularity, name: Name, measure: Measure) -> float:
        """The median of ``seconds`` or ``passes``."""
        return float(np.median(self.values(granularity, name, measure)))
