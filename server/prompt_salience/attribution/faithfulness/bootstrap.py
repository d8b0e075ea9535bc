"""How sure a mean over prompts is: percentile intervals of the bootstrap (Efron 1979)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over prompts, and the range that holds it with probability ``LEVEL``."""

    mean: float
    low: float
    high: float


def bootstrap_interval(values: NDArray[np.float64], seed: int) -> Interval:
    """The mean of one value per prompt, with its interval.

    Args:
        values: shape (prompts,), at least one.
        seed: makes the draws repeatable.

    Raises:
        ValueError: there are no values.
    """
    if not len(values):
        message = "the mean of no prompts"
        raise ValueError(message)
    drawn = np.random.default_rng(seed).integers(len(values), size=(RESAMPLES, len(values)))
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(values[drawn].mean(axis=1), (tail, 1 - tail))
    return Interval(float(np.mean(values)), float(low), float(high))
