"""The perturbation curve: how the target fares as more and more of the prompt is taken out, counted in tokens.

After the variant of ICX360's perturbation curve that counts tokens.

Decisions:
- Units go in order of their score per token, and the curve runs over the fraction of tokens that is gone: a method
  does not win by naming long units.
- Up to a fraction, as many units go as fit into it; the first that does not fit ends it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from prompt_salience.attribution.faithfulness.top_units import descending

_ROUNDING = 1e-9


def kept_along_curve(
    scores: NDArray[np.float64], token_counts: NDArray[np.float64], fractions: Sequence[float]
) -> NDArray[np.bool_]:
    """Masks of the units that are left at each fraction.

    Args:
        scores: shape (units,).
        token_counts: tokens of each unit, above zero, shape (units,).
        fractions: of all units' tokens that may be gone, from 0 to 1.

    Returns:
        Whether each unit is kept, shape (fractions, units).
    """
    order = descending(scores / token_counts)
    gone = np.empty(len(scores), np.float64)
    gone[order] = np.cumsum(token_counts[order])
    return gone > np.asarray(fractions)[:, np.newaxis] * np.sum(token_counts) + _ROUNDING


def area_under_drops(fractions: Sequence[float], drops: NDArray[np.float64]) -> float:
    """The mean height of the curve from fraction 0, where nothing has dropped yet, to the last fraction.

    Args:
        fractions: rising, above 0.
        drops: fall of the target's log-probability at each fraction, nats, shape (fractions,).
    """
    x, y = np.concatenate(([0.0], fractions)), np.concatenate(([0.0], drops))
    return float(np.sum(np.diff(x) * (y[1:] + y[:-1]) / 2) / x[-1])
