"""The LASSO: where its solution is known, and by the conditions that every solution fulfils."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompt_salience.attribution.ablation.lasso import lasso


def drawn(seed: int, observations: int, inputs: int, noise: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    kept = (random.random((observations, inputs)) < 0.5).astype(float)
    weights = np.where(random.random(inputs) < 0.3, random.normal(0, 2, inputs), 0.0)
    return kept, kept @ weights + noise * random.normal(size=observations) - 4.0


def pull_beyond(inputs: np.ndarray, outcomes: np.ndarray, weights: np.ndarray, penalty: float) -> float:
    """By how much the conditions of Karush, Kuhn and Tucker are missed, from the residuals themselves."""
    rest = outcomes - inputs @ weights
    pulls = (inputs - inputs.mean(axis=0)).T @ (rest - rest.mean()) / len(outcomes)
    missed = np.where(weights != 0, np.abs(pulls - penalty * np.sign(weights)), np.abs(pulls) - penalty)
    return float(np.max(missed, initial=0.0))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 40), st.integers(1, 20), st.sampled_from([0.01, 0.05, 0.3]))
def test_nothing_pulls_a_weight_from_its_place(seed, observations, inputs, penalty):
    kept, outcomes = drawn(seed, observations, inputs)
    assert pull_beyond(kept, outcomes, lasso(kept, outcomes, penalty), penalty) <= 0.01 * penalty


@pytest.mark.parametrize(("observations", "inputs"), [(3, 14), (7, 14), (9, 20), (64, 20), (64, 200)])
def test_a_small_penalty_is_reached_by_way_of_higher_ones(observations, inputs):
    for seed in range(3):
        kept, outcomes = drawn(seed, observations, inputs)
        assert pull_beyond(kept, outcomes, lasso(kept, outcomes, 0.001), 0.001) <= 0.25 * 0.001


@pytest.mark.parametrize("penalty", [0.1, 0.6, 5.0])
def test_orthogonal_inputs_have_a_closed_form(penalty):
    """With X'X = m I each weight is its own product with y, shrunk by α."""
    signs = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], dtype=float)
    outcomes = np.array([3.0, -1.0, 2.5, 0.25])
    products = signs.T @ (outcomes - outcomes.mean()) / 4
    expected = np.sign(products) * np.maximum(np.abs(products) - penalty, 0)
    np.testing.assert_allclose(lasso(signs, outcomes, penalty), expected, atol=1e-9)


def test_a_small_penalty_gives_least_squares():
    kept, outcomes = drawn(3, 60, 8, noise=1.0)
    plain = np.linalg.lstsq(np.column_stack((kept, np.ones(60))), outcomes)[0][:-1]
    np.testing.assert_allclose(lasso(kept, outcomes, 1e-9), plain, atol=1e-6)


def test_a_large_penalty_leaves_nothing():
    kept, outcomes = drawn(3, 60, 8)
    assert not lasso(kept, outcomes, 100.0).any()


def test_an_input_that_never_varies_has_no_weight():
    kept, outcomes = drawn(5, 30, 4)
    kept[:, 2] = 1.0
    assert lasso(kept, outcomes, 0.01)[2] == 0
    assert not lasso(kept, np.full(30, -3.0), 0.01).any()


def test_more_inputs_than_observations_are_fitted_too():
    kept, outcomes = drawn(7, 32, 100, noise=0.0)
    assert pull_beyond(kept, outcomes, lasso(kept, outcomes, 0.05), 0.05) <= 1e-4 * 0.05
