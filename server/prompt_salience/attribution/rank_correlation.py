"""How far two orders of the same things agree: Spearman's rank correlation.

ρ is the correlation coefficient (Pearson's) of the two rows of ranks; equal values share the mean of their ranks
(Spearman 1904, "The proof and measurement of association between two things").
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def rank_correlation(first: ArrayLike, second: ArrayLike) -> float | None:
    """ρ from -1, the reverse order, to 1, the same order.

    Args:
        first: a number for each thing, shape (things,).
        second: another number for each, shape (things,).

    Returns:
        None where one of them puts the things in no order: there are fewer than two, or all are equal.
    """
    ranks, others = _centred_ranks(first), _centred_ranks(second)
    spread = float(np.sqrt((ranks**2).sum() * (others**2).sum()))
    return float(np.clip((ranks * others).sum() / spread, -1.0, 1.0)) if spread else None


def _centred_ranks(numbers: ArrayLike) -> NDArray[np.float64]:
    """Ranks with a sum of 0, the mean of their ranks for equal numbers, shape (numbers,)."""
    values = np.asarray(numbers, dtype=np.float64)
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    return np.asarray(ranks[inverse] - (len(values) + 1) / 2, dtype=np.float64)
