"""The LASSO: linear regression that leaves out what hardly helps, by coordinate descent.

For outcomes y it finds the weights w, with an intercept b, that minimise

    ‖y - Xw - b‖² / 2m + α ‖w‖₁,    X of shape (m, n)

Decisions:
- One weight at a time is set to its best value (Friedman and others 2007, arXiv:0708.1485). Which weights are not zero
  is soon found, their values late: so these are solved for directly every few rounds, and taken if they are best.
- Penalties come down by halves to the one that is asked for, each from the weights of the one before (Friedman and
  others 2010, doi:10.18637/jss.v033.i01): from zero, the descent would take a detour to a small one.
- More inputs than observations may have several best solutions; the descent begins at zero, and ends at one of them.
- After ``_MOST_ROUNDS`` the weights are as near the best as they have come: it happens where many of them fit noise.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

_MOST_ROUNDS = 2048
_ROUNDS_ON_THE_WAY = 64
_ROUNDS_BETWEEN_SOLUTIONS = 8
_SLACK = 1e-6


def lasso(inputs: Numbers, outcomes: Numbers, penalty: float) -> Numbers:
    """The weights w.

    Args:
        inputs: X, shape (observations, inputs); one that never varies gets the weight zero.
        outcomes: y, shape (observations,).
        penalty: α, above zero.

    Returns:
        Shape (inputs,).
    """
    centred = inputs - inputs.mean(axis=0)
    products = centred.T @ centred / len(inputs)
    pulls = centred.T @ (outcomes - outcomes.mean()) / len(inputs)
    weights = np.zeros(len(pulls))
    *on_the_way, last = _penalties(float(np.max(np.abs(pulls), initial=0.0)), penalty)
    for step in on_the_way:
        weights = _fitted(products, pulls, weights, step, _ROUNDS_ON_THE_WAY)
    return _fitted(products, pulls, weights, last, _MOST_ROUNDS)


def _penalties(highest: float, penalty: float) -> list[float]:
    """Penalties that halve from one that leaves no weight down to the one that is asked for."""
    halvings = max(math.ceil(math.log2(highest / penalty)), 0) if highest > 0 else 0
    return [penalty * 2**halving for halving in range(halvings, -1, -1)]


def _fitted(products: Numbers, pulls: Numbers, start: Numbers, penalty: float, most_rounds: int) -> Numbers:
    """The best weights for a penalty, sought from those of a higher one for so many rounds."""
    weights = start.copy()
    for _ in range(most_rounds // _ROUNDS_BETWEEN_SOLUTIONS):
        _descend(products, pulls, weights, penalty)
        solution = _solved(products, pulls, np.sign(weights), penalty)
        if _is_best(products, pulls, solution, penalty):
            return solution
    return weights


def _descend(products: Numbers, pulls: Numbers, weights: Numbers, penalty: float) -> None:
    """Some rounds of setting each weight that is not zero, or is pulled from it, to its best value."""
    rest, squares = pulls - products @ weights, np.diag(products)
    for _ in range(_ROUNDS_BETWEEN_SOLUTIONS):
        for index in np.flatnonzero((squares > 0) & ((weights != 0) | (np.abs(rest) > penalty))):
            pull = rest[index] + squares[index] * weights[index]
            best = np.sign(pull) * max(abs(pull) - penalty, 0.0) / squares[index]
            rest -= products[index] * (best - weights[index])
            weights[index] = best


def _solved(products: Numbers, pulls: Numbers, signs: Numbers, penalty: float) -> Numbers:
    """The best weights, if these are their signs."""
    chosen = np.flatnonzero(signs)
    weights = np.zeros_like(pulls)
    wanted = pulls[chosen] - penalty * signs[chosen]
    weights[chosen] = np.linalg.lstsq(products[np.ix_(chosen, chosen)], wanted)[0]
    return weights


def _is_best(products: Numbers, pulls: Numbers, weights: Numbers, penalty: float) -> bool:
    """Whether nothing pulls a weight away from where it is, but for rounding (Karush, Kuhn and Tucker)."""
    rest = pulls - products @ weights
    held = np.where(weights != 0, np.abs(rest - penalty * np.sign(weights)), np.maximum(np.abs(rest) - penalty, 0.0))
    return bool(np.all(held <= _SLACK * penalty))
