"""Spearman's rank correlation, against SciPy's and where it is undefined."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from prompt_salience.attribution.rank_correlation import rank_correlation

PAIRS = st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=2, max_size=12)


@pytest.mark.parametrize(
    ("second", "expected"),
    [([5, 6, 70], 1.0), ([3, 2, 1], -1.0), ([1, 3, 2], 0.5), ([0, 0, 1], pytest.approx(0.866, abs=1e-3))],
)
def test_orders_that_agree_more_and_less(second: list[float], expected: float) -> None:
    assert rank_correlation([0.1, 0.2, 0.3], second) == expected


@pytest.mark.parametrize(("first", "second"), [([], []), ([1], [2]), ([1, 1, 1], [1, 2, 3]), ([1, 2], [4, 4])])
def test_what_has_no_order_agrees_with_nothing(first: list[float], second: list[float]) -> None:
    assert rank_correlation(first, second) is None


@given(PAIRS)
def test_it_is_that_of_scipy(pairs: list[tuple[int, int]]) -> None:
    first, second = zip(*pairs, strict=True)
    found = rank_correlation(first, second)
    if len(set(first)) == 1 or len(set(second)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(float(spearmanr(first, second).statistic))
