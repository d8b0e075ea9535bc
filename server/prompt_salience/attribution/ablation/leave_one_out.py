"""Leave-one-out: by how much the target's log-probability falls when a unit, and nothing else, is not there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from prompt_salience.attribution.ablation.masks import Masks, all_but_one
from prompt_salience.attribution.ablation.outcomes import Outcomes


def plan(units: int, _budget: int | None, _seed: int) -> Masks:
    """A mask for each unit; there is nothing to choose."""
    return all_but_one(units)


def solve(outcomes: Outcomes) -> NDArray[np.float64]:
    """Falls in nats, shape (targets, units); zero for a unit that was not left out yet."""
    scores = np.zeros((outcomes.log_probs.shape[1], outcomes.masks.shape[1]))
    left_out = np.argmin(outcomes.masks[1:], axis=1)
    scores[:, left_out] = (outcomes.log_probs[0] - outcomes.log_probs[1:]).T
    return scores
