"""LIME with a sparse linear surrogate: log-probabilities under random masks, explained by as few units as will do.

The design is that of ContextCite (Cohen-Wang and others 2024, arXiv:2409.00729): masks that keep each unit with
probability one half, and the LASSO on standardised masks.

Decisions:
- The penalty is per token of the target, so that one suits long and short targets. Weights are given in nats, for the
  whole target, with the unit against without it.
- The mask that keeps all is no draw, and takes no part in the fit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from prompt_salience.attribution.ablation.lasso import lasso
from prompt_salience.attribution.ablation.masks import Masks, random_masks
from prompt_salience.attribution.ablation.outcomes import Outcomes

MASKS = 64
PENALTY = 0.01
"""α of the LASSO, in nats per token."""


def plan(units: int, budget: int | None, seed: int) -> Masks:
    """``budget`` random masks, 64 by default."""
    return random_masks(units, MASKS if budget is None else budget, seed)


def solve(outcomes: Outcomes) -> NDArray[np.float64]:
    """Weights in nats, shape (targets, units); all zero before two masks have been drawn."""
    kept = outcomes.masks[1:].astype(np.float64)
    if len(kept) < 2:
        return np.zeros((outcomes.log_probs.shape[1], kept.shape[1]))
    spread = kept.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    targets = zip(outcomes.log_probs[1:].T, outcomes.target_lengths, strict=True)
    return np.stack([lasso(kept / scale, log_probs, PENALTY * length) for log_probs, length in targets]) / scale
