"""From the token scores of several targets to the scores and the influence of units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prompt_salience.attribution.aggregation import Aggregation, inked_spans, unit_scores
from prompt_salience.attribution.explanation import Explanation, SequenceToken
from prompt_salience.attribution.influence import influence
from prompt_salience.prompts.units import Division, Granularity, Part, Unit, divide


@dataclass(frozen=True, eq=False)
class UnitInfluence:
    """What some units have to do with some targets: ``scores`` and ``influence``, both of shape (targets, units)."""

    units: tuple[Unit, ...]
    scores: NDArray[np.float64]
    influence: NDArray[np.float64]


def unit_influence(
    text: str,
    tokens: Sequence[SequenceToken],
    token_scores: NDArray[np.float64],
    units: tuple[Unit, ...],
    aggregation: Aggregation,
) -> UnitInfluence:
    """Scores and influence of units.

    Args:
        text: prompt and response.
        tokens: of the whole sequence.
        token_scores: shape (targets, tokens).
        units: in order and without overlap.
        aggregation: from tokens to units.
    """
    token_spans = inked_spans(text, [_share_span(token) for token in tokens])
    scores = unit_scores(token_scores, token_spans, [(unit.start, unit.end) for unit in units], aggregation)
    return UnitInfluence(units, scores, influence(scores, [unit.part is Part.PROMPT for unit in units]))


def divided_otherwise(explanation: Explanation, granularity: Granularity) -> UnitInfluence:
    """What the units of another granularity have to do with the targets that were scored; no model is needed.

    Raises:
        PatternError: the granularity is ``pattern``, and the explanation has none.
    """
    units = explanation.units
    if granularity is not explanation.granularity:
        units = divide(_division(explanation), granularity, pattern=explanation.pattern, language=explanation.language)
    token_scores = np.stack([target.token_scores for target in explanation.targets])
    return unit_influence(explanation.text, explanation.tokens, token_scores, units, explanation.aggregation)


def _division(explanation: Explanation) -> Division:
    spans = tuple((token.start, token.end) for token in explanation.tokens if token.part is not Part.SPECIAL)
    return Division(explanation.prompt, explanation.response, explanation.source_map, explanation.messages, spans)


def _share_span(token: SequenceToken) -> tuple[int, int]:
    """The characters among which a token's score is shared: none for a special token."""
    return (token.start, token.start) if token.part is Part.SPECIAL else (token.start, token.end)
