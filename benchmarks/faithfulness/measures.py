"""How faithful each candidate's scores are on one question.

Decisions
- All that the model has to be asked for (held-out masks, units of the highest scores gone, curves) is asked at once.
- The falls are those of log p(target), in nats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from ablations import Ablations
from candidates import Candidate, Compared, Name
from numpy.typing import NDArray

from prompt_salience.attribution.faithfulness.linear_datamodel import held_out_masks, linear_datamodelling_score
from prompt_salience.attribution.faithfulness.recovery import recall_at, reciprocal_rank
from prompt_salience.attribution.faithfulness.token_curve import area_under_drops, kept_along_curve
from prompt_salience.attribution.faithfulness.top_units import kept_without_top
from prompt_salience.explaining import Span

HELD_OUT = 64
TOP = (1, 3, 5)
FRACTIONS = (0.05, 0.1, 0.2, 0.35, 0.5)


class Measure(StrEnum):
    """What is measured; the value is the heading of its column."""

    RECALL_1 = "recall@1"
    RECALL_3 = "recall@3"
    RECIPROCAL_RANK = "MRR"
    DROP_1 = "drop, 1"
    DROP_3 = "drop, 3"
    DROP_5 = "drop, 5"
    LDS = "LDS"
    CURVE = "curve"
    SECONDS = "seconds"
    PASSES = "passes"


@dataclass(frozen=True)
class Measured:
    """A candidate's figures on one question; those that need to know what decided are there only where it is known."""

    name: Name
    figures: dict[Measure, float]


def measured(compared: Compared, ablations: Ablations, random: np.random.Generator) -> list[Measured]:
    """Measure all candidates on the question that they were asked."""
    units, candidates = compared.units, compared.candidates
    held_out = held_out_masks(HELD_OUT, len(units), random)
    altered = [_altered(candidate, compared) for candidate in candidates]
    everything = np.ones((1, len(units)), bool)
    values = ablations.log_probs(units, np.concatenate((everything, held_out, *altered)))
    whole, held_out_values, altered_values = values[0], values[1 : 1 + HELD_OUT], values[1 + HELD_OUT :]
    drops = (whole - altered_values).reshape(len(candidates), len(TOP) + len(FRACTIONS))
    known = _known_units(units, ablations.question.known)
    return [
        Measured(
            candidate.name,
            {
                **_recovery(candidate.scores, known),
                **_drops(row),
                Measure.LDS: linear_datamodelling_score(candidate.scores, held_out, held_out_values),
                Measure.SECONDS: candidate.seconds,
                Measure.PASSES: candidate.passes,
            },
        )
        for candidate, row in zip(candidates, drops, strict=True)
    ]


def _altered(candidate: Candidate, compared: Compared) -> NDArray[np.bool_]:
    """Masks without the highest units, then those along the curve."""
    top = kept_without_top(candidate.scores, TOP)
    return np.concatenate((top, kept_along_curve(candidate.scores, compared.token_counts, FRACTIONS)))


def _drops(drops: NDArray[np.float64]) -> dict[Measure, float]:
    top, curve = drops[: len(TOP)], drops[len(TOP) :]
    columns = (Measure.DROP_1, Measure.DROP_3, Measure.DROP_5)
    return {**dict(zip(columns, top.tolist(), strict=True)), Measure.CURVE: area_under_drops(FRACTIONS, curve)}


def _recovery(scores: NDArray[np.float64], known: Sequence[int]) -> dict[Measure, float]:
    if not known:
        return {}
    return {
        Measure.RECALL_1: recall_at(1, scores, known),
        Measure.RECALL_3: recall_at(3, scores, known),
        Measure.RECIPROCAL_RANK: reciprocal_rank(scores, known),
    }


def _known_units(units: Sequence[Span], known: Span | None) -> list[int]:
    if known is None:
        return []
    return [index for index, (start, end) in enumerate(units) if start < known[1] and end > known[0]]
