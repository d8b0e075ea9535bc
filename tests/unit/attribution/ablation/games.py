"""Games that units play: a value for every set of units, by which methods are held to what they promise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from prompt_salience.attribution.ablation.outcomes import Outcomes

Game = Callable[[np.ndarray], np.ndarray]


def played(masks: np.ndarray, *games: Game, lengths: list[int] | None = None) -> Outcomes:
    """What came of the masks, with a target for each game."""
    return Outcomes(masks, np.stack([game(masks) for game in games], axis=1), np.array(lengths or [1] * len(games)))


def additive(weights: np.ndarray, constant: float = -7.0) -> Game:
    return lambda masks: constant + masks @ weights


def random_game(units: int, seed: int) -> Game:
    """A value of its own for every set of units."""
    values = np.random.default_rng(seed).normal(size=2**units)
    return lambda masks: values[masks @ (1 << np.arange(units))]


def values_of_none_and_all(game: Game, units: int) -> tuple[float, float]:
    none, everything = game(np.array([[False] * units, [True] * units]))
    return float(none), float(everything)
