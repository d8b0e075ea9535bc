"""What scores are compared with."""

import numpy as np

from prompt_salience.attribution.faithfulness.baselines import (
    length_scores,
    lit_scores,
    position_scores,
    random_scores,
)


def test_the_longest_and_the_last_unit_are_highest():
    assert np.argmax(length_scores(np.array([2.0, 7.0, 3.0]))) == 1
    assert np.all(np.diff(position_scores(5)) > 0)


def test_random_scores_prefer_no_unit():
    random = np.random.default_rng(0)
    first = np.bincount([np.argmax(random_scores(4, random)) for _ in range(4000)])
    np.testing.assert_allclose(first / 4000, 0.25, atol=0.03)


def test_lit_counts_the_start_token_in_the_first_unit_alone():
    assert lit_scores(np.array([1.0, 2.0, 3.0]), 10.0).tolist() == [11.0, 2.0, 3.0]
    assert lit_scores(np.empty(0), 10.0).shape == (0,)
