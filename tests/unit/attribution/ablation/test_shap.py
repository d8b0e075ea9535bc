"""SHAP: the laws of the Shapley value, exact and sampled."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from games import additive, played, random_game, values_of_none_and_all

from prompt_salience.attribution.ablation.shap import MOST_EXACT, plan, solve

EXACT, SAMPLED = 5, MOST_EXACT + 3


def by_definition(game, units: int) -> np.ndarray:
    """The mean of what each unit adds over all orders of arrival, one after the other."""
    gains = np.zeros(units)
    orders = list(permutations(range(units)))
    for order in orders:
        for position, unit in enumerate(order):
            before, after = np.zeros((2, units), bool)
            before[list(order[:position])] = True
            after[list(order[: position + 1])] = True
            gains[unit] += game(np.array([after]))[0] - game(np.array([before]))[0]
    return gains / len(orders)


def scores(game, units: int, seed: int = 0, budget: int | None = None) -> np.ndarray:
    return solve(played(plan(units, budget, seed), game))[0]


def test_exact_values_are_those_of_the_definition():
    for units in range(1, EXACT + 1):
        game = random_game(units, units)
        np.testing.assert_allclose(scores(game, units), by_definition(game, units), atol=1e-12)


@pytest.mark.parametrize("units", [1, EXACT, MOST_EXACT, SAMPLED])
@pytest.mark.parametrize("seed", range(3))
def test_efficiency_scores_sum_to_all_less_none(units, seed):
    game = random_game(units, seed)
    none, everything = values_of_none_and_all(game, units)
    assert scores(game, units, seed).sum() == pytest.approx(everything - none, abs=1e-9)


@pytest.mark.parametrize("units", [EXACT, SAMPLED])
def test_a_unit_that_changes_nothing_scores_zero(units):
    inner = random_game(units, 4)

    def game(masks):
        masks = masks.copy()
        masks[:, 2] = False
        return inner(masks)

    assert scores(game, units)[2] == pytest.approx(0, abs=1e-12)


def symmetric(masks: np.ndarray) -> np.ndarray:
    """Units 0 and 1 are worth the same: something alone, and less than twice that together."""
    pair = masks[:, :2].sum(axis=1)
    return np.array([0.0, 3.0, 4.0])[pair] + masks[:, 2] * pair


def test_units_that_are_worth_the_same_score_the_same():
    exact = scores(symmetric, EXACT)
    assert exact[0] == pytest.approx(exact[1], abs=1e-12)


def test_a_walk_and_its_reverse_give_symmetric_pairs_the_same():
    """One of the two comes first in a walk, the other in its reverse: antithetic sampling is exact for pairs."""
    sampled = scores(lambda masks: np.array([0.0, 3.0, 4.0])[masks[:, :2].sum(axis=1)], SAMPLED, budget=1)
    np.testing.assert_allclose(sampled[:2], [2.0, 2.0], atol=1e-12)


@pytest.mark.parametrize("units", [EXACT, SAMPLED])
def test_an_additive_game_is_solved_exactly(units):
    weights = np.random.default_rng(0).normal(size=units)
    np.testing.assert_allclose(scores(additive(weights), units, budget=1), weights, atol=1e-12)


def test_samples_come_near_the_exact_values():
    game = symmetric
    exact = by_definition(game, 4)
    sampled = scores(game, SAMPLED, budget=8000)
    np.testing.assert_allclose(sampled[:4], exact, atol=0.1)


@pytest.mark.parametrize("units", [EXACT, SAMPLED])
def test_a_beginning_of_the_masks_gives_what_it_can(units):
    weights = np.arange(1.0, units + 1)
    masks = plan(units, None, 0)
    for evaluated in range(1, len(masks) + 1):
        found = solve(played(masks[:evaluated], additive(weights)))[0]
        seen = found != 0
        np.testing.assert_allclose(found[seen], weights[seen], atol=1e-12)
        assert seen.any() == (evaluated >= 3)


def test_the_first_masks_of_an_exact_plan_are_those_of_leave_one_out():
    game = random_game(EXACT, 9)
    masks = plan(EXACT, None, 0)[: 2 + EXACT]
    found = solve(played(masks, game))[0]
    falls = [
        game(masks[:1])[0] - game(np.delete(np.eye(EXACT, dtype=bool), unit, 0).any(0)[None])[0]
        for unit in range(EXACT)
    ]
    np.testing.assert_allclose(found, falls, atol=1e-12)
