"""Scores that a method has to beat: three that ask no model, and the definition of the tool that came before.

Decisions:
- LIT (Learning Interpretability Tool, ``sequence_salience_module.ts``) sums the gradient norms of a segment's tokens
  and leaves ``<bos>``, where most of attention goes, in the first segment.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def random_scores(units: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Scores that know nothing, shape (units,)."""
    return random.random(units)


def length_scores(token_counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The longest unit highest, shape (units,)."""
    return token_counts.astype(np.float64)


def position_scores(units: int) -> NDArray[np.float64]:
    """The last unit highest, shape (units,)."""
    return np.arange(1, units + 1, dtype=np.float64)


def lit_scores(sums: NDArray[np.float64], start_score: float) -> NDArray[np.float64]:
    """LIT's scores of segments.

    Args:
        sums: grad_l2 summed over the tokens of each unit, shape (units,).
        start_score: grad_l2 of ``<bos>``.

    Returns:
        shape (units,).
    """
    return np.concatenate((sums[:1] + start_score, sums[1:]))
