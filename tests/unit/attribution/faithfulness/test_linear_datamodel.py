"""The linear datamodelling score on models that are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.attribution.faithfulness.linear_datamodel import held_out_masks, linear_datamodelling_score

seeds = st.integers(0, 10_000)


@given(seeds)
def test_the_weights_of_a_linear_model_score_one_and_their_opposites_minus_one(seed):
    random = np.random.default_rng(seed)
    weights = random.normal(size=9)
    kept = held_out_masks(64, 9, random)
    values = np.tanh(kept @ weights)
    assert linear_datamodelling_score(weights, kept, values) == pytest.approx(1.0)
    assert linear_datamodelling_score(-weights, kept, values) == pytest.approx(-1.0)


def test_scores_that_know_nothing_score_nothing_on_average():
    random = np.random.default_rng(5)
    found = []
    for _ in range(300):
        kept = held_out_masks(64, 9, random)
        found.append(linear_datamodelling_score(random.normal(size=9), kept, kept @ random.normal(size=9)))
    assert abs(np.mean(found)) < 0.06


def test_scores_that_order_nothing_score_nothing():
    kept = held_out_masks(64, 9, np.random.default_rng(0))
    assert linear_datamodelling_score(np.zeros(9), kept, kept @ np.arange(9.0)) == 0


def test_masks_keep_half_of_the_units_each_independently():
    kept = held_out_masks(4000, 6, np.random.default_rng(0))
    np.testing.assert_allclose(kept.mean(axis=0), 0.5, atol=0.03)
    np.testing.assert_allclose(np.corrcoef(kept.T), np.eye(6), atol=0.06)
