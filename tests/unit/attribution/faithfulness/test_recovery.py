"""Finding known units: against sorting by hand, and by its laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.attribution.faithfulness.recovery import rank, recall_at, reciprocal_rank

distinct = st.lists(st.integers(-50, 50), min_size=2, max_size=12, unique=True).map(lambda row: np.array(row, float))


@given(distinct, st.data())
def test_the_rank_is_the_place_after_sorting(scores, data):
    unit = data.draw(st.integers(0, len(scores) - 1))
    assert sorted(scores, reverse=True)[rank(scores, unit) - 1] == scores[unit]


@given(distinct, st.data())
def test_recall_counts_the_known_units_among_the_first(scores, data):
    known = data.draw(st.lists(st.integers(0, len(scores) - 1), min_size=1, unique=True))
    count = data.draw(st.integers(1, len(scores)))
    first = set(np.argsort(-scores)[:count].tolist())
    assert recall_at(count, scores, known) == pytest.approx(len(first & set(known)) / len(known))


@given(distinct, st.floats(0.1, 10), st.floats(-5, 5))
def test_only_the_order_counts(scores, factor, shift):
    assert reciprocal_rank(scores * factor + shift, [0]) == reciprocal_rank(scores, [0])


def test_the_known_unit_found_first_gives_the_reciprocal_rank():
    assert reciprocal_rank(np.array([1.0, 4.0, 3.0, 2.0]), [0, 2]) == 0.5


def test_scores_that_say_nothing_find_nothing():
    assert recall_at(3, np.zeros(4), [0]) == 0
    assert rank(np.array([1.0, 1.0, 0.0]), 0) == 2
