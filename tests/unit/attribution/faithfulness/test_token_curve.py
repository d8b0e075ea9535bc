"""The perturbation curve: what is left at each fraction, and its area."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.attribution.faithfulness.token_curve import area_under_drops, kept_along_curve

units = st.lists(st.tuples(st.integers(-9, 9), st.integers(1, 9)), min_size=1, max_size=10)
FRACTIONS = (0.1, 0.25, 0.5, 1.0)


@given(units)
def test_no_more_tokens_go_than_the_fraction_allows_and_the_next_unit_would_not_fit(pairs):
    scores, counts = np.array(pairs, float).T
    density = scores / counts
    for kept, fraction in zip(kept_along_curve(scores, counts, FRACTIONS), FRACTIONS, strict=True):
        budget = fraction * counts.sum()
        gone = counts[~kept].sum()
        assert gone <= budget + 1e-6
        assert density[kept].max(initial=-np.inf) <= density[~kept].min(initial=np.inf)
        nexts = counts[kept][density[kept] == density[kept].max(initial=-np.inf)]
        assert not len(nexts) or gone + nexts[0] > budget


def test_a_long_unit_does_not_win_by_its_length():
    kept = kept_along_curve(np.array([8.0, 3.0]), np.array([8.0, 2.0]), [0.3])
    assert kept.tolist() == [[True, False]]


@given(st.floats(-5, 5))
def test_the_area_of_a_straight_line_is_half_its_end(slope):
    drops = slope * np.array([0.1, 0.3, 0.5])
    assert area_under_drops((0.1, 0.3, 0.5), drops) == pytest.approx(slope * 0.25)


def test_an_early_drop_counts_more_than_a_late_one():
    early, late = (area_under_drops((0.1, 0.5), np.array(drops)) for drops in ((2.0, 2.0), (0.0, 2.0)))
    assert (early, late) == pytest.approx((1.8, 0.8))
