"""From unit scores to influence: a unit's share of the whole, as shown to people.

Decisions:
- Only units of the prompt take a share. The target itself, the rest of the response, ``<bos>``, scaffolding and
  white space take none.
- A signed method's shares keep their sign, and their absolute values sum to one: two strong units that cancel
  are both shown as strong.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def influence(unit_scores: NDArray[np.float64], in_prompt: ArrayLike) -> NDArray[np.float64]:
    """Shares of the prompt's units.

    Args:
        unit_scores: shape (..., units).
        in_prompt: whether each unit belongs to the prompt, shape (units,).

    Returns:
        An array of the same shape as ``unit_scores``: zero outside the prompt, and in each row absolute values
        that sum to one, or all zeros where every score of the prompt is zero.
    """
    scores = np.where(np.asarray(in_prompt, dtype=bool), unit_scores, 0.0)
    peak = np.max(np.abs(scores), axis=-1, keepdims=True, initial=0.0)
    # Dividing by the peak first keeps sums of very large or very small scores within a float's range.
    scaled: NDArray[np.float64] = np.divide(scores, peak, out=np.zeros_like(scores), where=peak > 0)
    total = np.sum(np.abs(scaled), axis=-1, keepdims=True)
    shares: NDArray[np.float64] = np.divide(scaled, total, out=np.zeros_like(scaled), where=total > 0)
    return shares
