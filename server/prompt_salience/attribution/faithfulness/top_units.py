"""Which units are left when those of the highest scores are taken out.

The fall of the target's log-probability when the k highest units are gone is the top-k drop of Cohen-Wang and others
2024 (ContextCite), arXiv:2409.00729.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def descending(scores: NDArray[np.float64]) -> NDArray[np.intp]:
    """Indices of the units from the highest score to the lowest; of equal scores the earlier unit comes first."""
    return np.argsort(-scores, kind="stable")


def kept_without_top(scores: NDArray[np.float64], counts: Sequence[int]) -> NDArray[np.bool_]:
    """Masks of the units that are left without the highest scores.

    Args:
        scores: shape (units,).
        counts: for each mask, how many units are taken out; more than there are takes out all.

    Returns:
        Whether each unit is kept, shape (counts, units).
    """
    place = np.empty(len(scores), np.intp)
    place[descending(scores)] = np.arange(len(scores))
    return place >= np.asarray(counts)[:, np.newaxis]
