"""LIME: sparse weights on the scale of the log-probability."""

from __future__ import annotations

import numpy as np
import pytest
from games import additive, played, random_game

from prompt_salience.attribution.ablation.lime import PENALTY, plan, solve

WEIGHTS = np.array([4.0, 0.0, -2.5, 0.0, 0.0, 0.001, 0.0, 1.5, 0.0, 0.0, 0.0, 0.0])


def test_weights_are_found_but_for_the_shrinkage_of_the_penalty():
    """In a column of spread s the penalty takes at most about α / s² off a weight."""
    found = solve(played(plan(12, 256, 0), additive(WEIGHTS)))[0]
    np.testing.assert_allclose(found, WEIGHTS, atol=2 * PENALTY / 0.25)


def test_what_hardly_matters_scores_exactly_zero():
    found = solve(played(plan(12, None, 0), additive(WEIGHTS)))[0]
    assert np.flatnonzero(found).tolist() == [0, 2, 7]


def test_long_and_short_targets_are_penalised_alike():
    """Twice the log-probability over twice the tokens has twice the weights."""
    game = additive(WEIGHTS)
    masks = plan(12, None, 0)
    found = solve(played(masks, game, lambda masks: 2 * game(masks), lengths=[3, 6]))
    np.testing.assert_allclose(found[1], 2 * found[0], rtol=1e-6)


def test_targets_do_not_depend_on_each_other():
    masks, games = plan(6, None, 1), (random_game(6, 0), random_game(6, 1))
    both = solve(played(masks, *games))
    alone = [solve(played(masks, game))[0] for game in games]
    np.testing.assert_allclose(both, alone, rtol=1e-9)


def test_the_mask_that_keeps_all_takes_no_part_in_the_fit():
    outcomes = played(plan(6, None, 1), random_game(6, 0))
    before = solve(outcomes)
    outcomes.log_probs[0] += 100
    assert np.array_equal(solve(outcomes), before)


@pytest.mark.parametrize("evaluated", [1, 2, 3, 10])
def test_a_few_masks_give_finite_scores(evaluated):
    found = solve(played(plan(12, None, 0)[:evaluated], additive(WEIGHTS)))
    assert found.shape == (1, 12)
    assert np.isfinite(found).all()
    assert found.any() == (evaluated > 2)
