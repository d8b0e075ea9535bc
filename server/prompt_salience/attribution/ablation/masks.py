"""Masks: which units of a prompt are kept, one row for each version of the prompt.

Decisions:
- The first mask of every set keeps all units: it gives the probability that everything is compared with.
- Sets are in an order in which every beginning of them is of use, because an evaluation may be called off.
- Draws are repeatable: the same seed gives the same masks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Masks = NDArray[np.bool_]
"""Shape (masks, units); True where the unit is kept."""


def all_kept(units: int) -> Masks:
    """The one mask that keeps everything."""
    return np.ones((1, units), np.bool_)


def all_but_one(units: int) -> Masks:
    """Masks that each leave one unit out, in order."""
    return np.concatenate((all_kept(units), ~np.eye(units, dtype=np.bool_)))


def random_masks(units: int, count: int, seed: int) -> Masks:
    """``count`` masks that keep each unit with probability one half, after the one that keeps all."""
    drawn = np.random.default_rng(seed).random((count, units)) < 0.5
    return np.concatenate((all_kept(units), drawn))


def all_subsets(units: int) -> Masks:
    """Every set of units, 2 to the power of ``units``, those with nearly all or nearly none of them first."""
    members = (np.arange(2**units)[:, np.newaxis] >> np.arange(units)) & 1 == 1
    sizes = members.sum(axis=1)
    order = np.lexsort((-sizes, np.minimum(sizes, units - sizes)))
    subsets: Masks = members[order]
    return subsets


def growing_masks(units: int, pairs: int, seed: int) -> Masks:
    """Walks from nothing to everything, a unit at a time: each in a random order, and then in the reverse of it.

    Args:
        units: at least two.
        pairs: how many random orders.
        seed: of the orders.

    Returns:
        Shape (2 + 2 * pairs * (units - 1), units): all kept, none kept, and what lies between the two on each walk.
    """
    random = np.random.default_rng(seed)
    walks = []
    for _ in range(pairs):
        rank = random.permutation(units)
        walks += [_steps(rank), _steps(units - 1 - rank)]
    return np.concatenate((all_kept(units), ~all_kept(units), *walks))


def _steps(rank: NDArray[np.int64]) -> Masks:
    """What is kept after each step but the last of a walk that adds units by rank."""
    kept: Masks = rank < np.arange(1, len(rank))[:, np.newaxis]
    return kept
