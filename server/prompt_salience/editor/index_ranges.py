"""Many ranges of indices at once, as arrays: the loops of a sweep without a loop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]


def expanded(firsts: Indices, lasts: Indices) -> tuple[Indices, Indices]:
    """Every index of every range ``first:last``, and which range it is of; both of shape (indices,)."""
    counts = np.maximum(lasts - firsts, 0)
    owner = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    return firsts[owner] + within, owner


def starts_of_groups(sorted_keys: Indices) -> Indices:
    """Where each group of equal keys begins, shape (groups,)."""
    if not len(sorted_keys):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.concatenate(([True], sorted_keys[1:] != sorted_keys[:-1])))
