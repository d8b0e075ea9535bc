"""Bootstrap intervals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.attribution.faithfulness.bootstrap import bootstrap_interval

values = st.lists(st.floats(-100, 100), min_size=1, max_size=12).map(np.array)


@given(values, st.integers(0, 5))
def test_the_interval_lies_within_the_values_and_is_repeatable(numbers, seed):
    found = bootstrap_interval(numbers, seed)
    assert numbers.min() - 1e-9 <= found.low <= found.high <= numbers.max() + 1e-9
    assert found.mean == pytest.approx(numbers.mean(), abs=1e-9)
    assert found == bootstrap_interval(numbers, seed)


@given(values, st.floats(-10, 10))
def test_it_moves_with_the_values(numbers, shift):
    found, moved = bootstrap_interval(numbers, 1), bootstrap_interval(numbers + shift, 1)
    assert (moved.low, moved.high) == pytest.approx((found.low + shift, found.high + shift), abs=1e-9)


def test_it_holds_the_true_mean_about_as_often_as_it_says():
    random = np.random.default_rng(3)
    intervals = [bootstrap_interval(random.normal(size=60), seed) for seed in range(300)]
    assert 0.9 < np.mean([one.low <= 0 <= one.high for one in intervals]) < 0.98


def test_no_values_have_no_mean():
    with pytest.raises(ValueError, match="no prompts"):
        bootstrap_interval(np.empty(0), 0)
