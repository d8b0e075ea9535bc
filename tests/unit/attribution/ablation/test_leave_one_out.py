"""Leave-one-out: exact falls, as far as they were evaluated."""

from __future__ import annotations

import numpy as np
from games import additive, played, random_game

from prompt_salience.attribution.ablation.leave_one_out import plan, solve


def test_scores_are_falls_of_the_log_probability():
    game, other = random_game(5, 0), random_game(5, 1)
    masks = plan(5, None, 0)
    expected = [[one(masks[:1])[0] - one(masks[[1 + unit]])[0] for unit in range(5)] for one in (game, other)]
    np.testing.assert_allclose(solve(played(masks, game, other)), expected, rtol=1e-12)


def test_in_an_additive_game_scores_are_the_weights():
    weights = np.array([0.5, -2.0, 0.0, 3.25])
    np.testing.assert_allclose(solve(played(plan(4, None, 0), additive(weights)))[0], weights, atol=1e-12)


def test_a_unit_that_was_not_left_out_yet_scores_zero():
    scores = solve(played(plan(4, None, 0)[:3], additive(np.array([1.0, 2.0, 3.0, 4.0]))))
    np.testing.assert_allclose(scores, [[1.0, 2.0, 0.0, 0.0]], atol=1e-12)
    assert solve(played(plan(4, None, 0)[:1], additive(np.ones(4)))).tolist() == [[0.0] * 4]
