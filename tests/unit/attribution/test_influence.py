"""Influence: shares of the prompt's units."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from prompt_salience.attribution.influence import influence

SHAPE = (3, 7)
scores = arrays(float, SHAPE, elements=st.floats(-1e300, 1e300))
sides = arrays(bool, SHAPE[1])


@given(scores, sides)
def test_absolute_shares_sum_to_one_or_are_all_zero(scores, in_prompt):
    shares = influence(scores, in_prompt)
    total = np.abs(shares).sum(axis=-1)
    silent = ~np.any(scores[:, in_prompt], axis=-1)
    np.testing.assert_allclose(total, np.where(silent, 0.0, 1.0), atol=1e-12)


@given(scores, sides)
def test_units_outside_the_prompt_take_no_share(scores, in_prompt):
    assert not influence(scores, in_prompt)[:, ~in_prompt].any()


@given(scores, sides)
def test_shares_keep_the_sign_and_the_order_of_the_scores(scores, in_prompt):
    shares, inside = influence(scores, in_prompt), scores[:, in_prompt]
    assert np.all(shares[:, in_prompt] * np.sign(inside) >= 0)
    ranked = np.take_along_axis(np.abs(shares[:, in_prompt]), np.argsort(np.abs(inside), axis=-1), axis=-1)
    assert np.all(np.diff(ranked, axis=-1) >= 0)


def test_the_scale_of_the_scores_does_not_matter():
    for scale in (5e-324, 1e-200, 1.0, 1e307):
        np.testing.assert_allclose(influence(np.array([1.0, 1.0, 2.0]) * scale, [True] * 3), [0.25, 0.25, 0.5])


def test_no_units_are_no_shares():
    assert influence(np.empty((2, 0)), []).shape == (2, 0)
