"""From the scores of tokens to what is kept of each target."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from prompt_salience.attribution.aggregation import Aggregation
from prompt_salience.attribution.explanation import SequenceToken, TargetScores
from prompt_salience.attribution.unit_influence import unit_influence
from prompt_salience.engine_client.protocol import TokenScores
from prompt_salience.prompts.units import Part, Unit

Span = tuple[int, int]


def token_range(tokens: Sequence[SequenceToken], span: Span) -> tuple[int, int]:
    """Indices of the response tokens that share a character with ``span``: first, and one past the last."""
    touching = [
        index
        for index, token in enumerate(tokens)
        if token.part is Part.RESPONSE and token.start < span[1] and token.end > span[0]
    ]
    return touching[0], touching[-1] + 1


def scored_targets(
    text: str,
    scored: TokenScores,
    spans: Sequence[Span],
    tokens: Sequence[SequenceToken],
    units: tuple[Unit, ...],
    aggregation: Aggregation,
) -> tuple[TargetScores, ...]:
    """The scores of targets, of tokens and of units, as records.

    Args:
        text: prompt and response.
        scored: what a method gave.
        spans: the targets, in code points of the text.
        tokens: of the whole sequence.
        units: in order and without overlap.
        aggregation: from tokens to units.
    """
    found = unit_influence(text, tokens, scored.scores, units, aggregation)
    residuals = scored.residuals if scored.residuals is not None else np.full(len(spans), np.nan)
    rows = zip(spans, scored.log_probs, scored.scores, found.scores, found.influence, residuals, strict=True)
    return tuple(
        TargetScores(
            start,
            end,
            float(log_prob),
            _frozen(token_row),
            _frozen(unit_row),
            _frozen(share_row),
            residual=None if np.isnan(residual) else float(residual),
        )
        for (start, end), log_prob, token_row, unit_row, share_row, residual in rows
    )


def _frozen(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """A copy that cannot be written to, as befits a record."""
    copy = np.array(numbers)
    copy.setflags(write=False)
    return copy
