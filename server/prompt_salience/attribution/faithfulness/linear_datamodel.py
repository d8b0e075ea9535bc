"""The linear datamodelling score: whether sums of scores order what random subsets of the units do to the target.

Park and others 2023 (TRAK), arXiv:2303.14186, for training examples; Cohen-Wang and others 2024 (ContextCite),
arXiv:2409.00729, for the parts of a prompt.

Decisions:
- The masks are drawn for the measure alone, so that no method has seen them.
- Each unit is kept with probability one half, independently of the others.
- Scores that order no masks, such as all zeros, get 0: they say nothing, be it right or wrong.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from prompt_salience.attribution.rank_correlation import rank_correlation


def held_out_masks(count: int, units: int, random: np.random.Generator) -> NDArray[np.bool_]:
    """Masks that say which units are kept, shape (count, units)."""
    return random.random((count, units)) < 0.5


def linear_datamodelling_score(
    scores: NDArray[np.float64], kept: NDArray[np.bool_], values: NDArray[np.float64]
) -> float:
    """Spearman's correlation of the target's values with the sums of the kept units' scores, from -1 to 1.

    Args:
        scores: shape (units,).
        kept: whether each mask keeps each unit, shape (masks, units).
        values: log-probability of the target under each mask, nats, shape (masks,).
    """
    return rank_correlation(kept.astype(np.float64) @ scores, values) or 0.0
