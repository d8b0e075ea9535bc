"""From an ablation to scores: of units for each target, and of their tokens."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from prompt_salience.attribution.ablation.estimators import ESTIMATORS
from prompt_salience.attribution.ablation.outcomes import Outcomes
from prompt_salience.attribution.ablation.record import Ablation
from prompt_salience.attribution.ablation.unit_tokens import shared_among_tokens
from prompt_salience.attribution.explanation import Explanation
from prompt_salience.engine_client.protocol import Method, TokenScores
from prompt_salience.prompts.units import Part

Span = tuple[int, int]


def ablation_scores(
    method: Method, ablation: Ablation, targets: Sequence[Span], against: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Scores of the prompt's units in nats, shape (targets, units).

    Args:
        method: one that works on units, with whose masks the ablation was made.
        ablation: what was evaluated.
        targets: index ranges ``start:end`` into the tokens of the response.
        against: log-probabilities of another text in the place of each target, shape (masks,): to be subtracted.
    """
    units = ablation.masks.shape[1]
    if not units:
        return np.zeros((len(targets), 0))
    lengths = np.array([end - start for start, end in targets])
    return ESTIMATORS[method].solve(Outcomes(ablation.masks, _target_log_probs(ablation, targets, against), lengths))


def ablation_token_scores(
    explanation: Explanation,
    ablation: Ablation,
    targets: Sequence[Span],
    against: NDArray[np.float64] | None = None,
) -> TokenScores:
    """Scores of all tokens, whose sums over units are the units' scores.

    Args:
        explanation: its tokens, units and method; whether it has targets does not matter.
        ablation: of the prompt's units.
        targets: index ranges ``start:end`` into the tokens of the sequence, within the response.
        against: as for ``ablation_scores``.
    """
    border = len(explanation.tokens) - ablation.log_probs.shape[1]
    of_response = [(start - border, end - border) for start, end in targets]
    scores = ablation_scores(explanation.method, ablation, of_response, against)
    tokens = [(token.start, token.start if token.part is Part.SPECIAL else token.end) for token in explanation.tokens]
    units = [(unit.start, unit.end) for unit in explanation.units if unit.part is Part.PROMPT]
    shared = shared_among_tokens(scores, explanation.text, tokens, units)
    return TokenScores(shared, _target_log_probs(ablation, of_response, against)[0])


def _target_log_probs(
    ablation: Ablation, targets: Sequence[Span], against: NDArray[np.float64] | None
) -> NDArray[np.float64]:
    """Natural logarithms of the targets' probabilities under each mask, shape (masks, targets)."""
    log_probs = np.stack([ablation.log_probs[:, start:end].sum(axis=1) for start, end in targets], axis=1)
    return log_probs if against is None else log_probs - against[:, None]
