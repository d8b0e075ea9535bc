"""SHAP: a unit's Shapley value, what it adds to the target's log-probability on average over all orders of arrival.

Exact where every set of units can be evaluated, otherwise over random orders (Shapley 1953; Lundberg and Lee 2017,
arXiv:1705.07874; Castro and others 2009, doi:10.1016/j.cor.2008.04.004).

Decisions:
- Each random order is walked in reverse too (antithetic sampling): what one walk adds early the other adds late.
- Whole walks each sum to the log-probability with all units less that with none, so their mean does: no correction
  is needed. A budget too small for one pair of walks gets one.
- While not all sets are evaluated, a unit's value is the mean over those of its arrivals that are, with their weights.
"""

from __future__ import annotations

from math import comb

import numpy as np
from numpy.typing import NDArray

from prompt_salience.attribution.ablation.masks import Masks, all_subsets, growing_masks
from prompt_salience.attribution.ablation.outcomes import Outcomes

MOST_EXACT = 8
MASKS = 256


def plan(units: int, budget: int | None, seed: int) -> Masks:
    """All sets of up to eight units; of more units as many pairs of walks as ``budget`` masks hold, 256 by default."""
    if units <= MOST_EXACT:
        return all_subsets(units)
    afforded = (MASKS if budget is None else budget) // (2 * (units - 1))
    return growing_masks(units, max(afforded, 1), seed)


def solve(outcomes: Outcomes) -> NDArray[np.float64]:
    """Shapley values in nats, shape (targets, units); zero for a unit none of whose arrivals was evaluated."""
    if outcomes.masks.shape[1] <= MOST_EXACT:
        return _exact(outcomes)
    return _sampled(outcomes)


def _exact(outcomes: Outcomes) -> NDArray[np.float64]:
    """Means over all arrivals of a unit, each weighted by the share of orders that it occurs in."""
    units = outcomes.masks.shape[1]
    row_of = np.full(2**units, -1)
    codes = outcomes.masks @ (1 << np.arange(units))
    row_of[codes] = np.arange(len(codes))
    by_size = np.array([1 / (units * comb(units - 1, size)) for size in range(units)])
    scores = np.zeros((outcomes.log_probs.shape[1], units))
    for unit in range(units):
        before = codes[~outcomes.masks[:, unit]]
        before = before[row_of[before | 1 << unit] >= 0]
        weights = by_size[outcomes.masks[row_of[before]].sum(axis=1)]
        gains = outcomes.log_probs[row_of[before | 1 << unit]] - outcomes.log_probs[row_of[before]]
        scores[:, unit] = weights @ gains / max(weights.sum(), by_size.min())
    return scores


def _sampled(outcomes: Outcomes) -> NDArray[np.float64]:
    """Means over the arrivals on the walks so far."""
    before, after = _arrivals(*outcomes.masks.shape)
    arrived = (outcomes.masks[after] & ~outcomes.masks[before]).astype(np.float64)
    gains = outcomes.log_probs[after] - outcomes.log_probs[before]
    counts = arrived.sum(axis=0)
    means: NDArray[np.float64] = gains.T @ arrived / np.maximum(counts, 1)
    return means


def _arrivals(masks: int, units: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows before and after each arrival: a walk leads from row 1, none kept, over rows of its own to row 0, all."""
    steps = units - 1
    walks = -(-max(masks - 2, 0) // steps)
    between = 2 + np.arange(walks * steps).reshape(walks, steps)
    none, everything = np.ones((walks, 1), np.int64), np.zeros((walks, 1), np.int64)
    before = np.hstack((none, between)).ravel()
    after = np.hstack((between, everything)).ravel()
    evaluated = (before < masks) & (after < masks)
    return before[evaluated], after[evaluated]
