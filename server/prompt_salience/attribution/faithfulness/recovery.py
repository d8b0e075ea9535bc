"""Whether scores find the units that are known to have made the answer.

Decisions:
- Scores rank units from the highest to the lowest, with their sign: what speaks against the target comes last.
- Among equal scores a known unit comes last, so that scores that say nothing find nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def rank(scores: NDArray[np.float64], unit: int) -> int:
    """The place of a unit, 1 for the highest score; ``scores`` has shape (units,)."""
    return int(np.count_nonzero(scores >= scores[unit]))


def recall_at(count: int, scores: NDArray[np.float64], known: Sequence[int]) -> float:
    """The share of the known units that are among the ``count`` highest scores.

    Args:
        count: how many of the highest scores are looked at.
        scores: shape (units,).
        known: indices of the known units, at least one.
    """
    return float(np.mean([rank(scores, unit) <= count for unit in known]))


def reciprocal_rank(scores: NDArray[np.float64], known: Sequence[int]) -> float:
    """One over the rank of the known unit that is found first; arguments as for ``recall_at``."""
    return 1.0 / min(rank(scores, unit) for unit in known)
