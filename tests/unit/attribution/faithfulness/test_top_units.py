"""Taking out the highest units."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.attribution.faithfulness.top_units import descending, kept_without_top

scores = st.lists(st.integers(-4, 4), min_size=1, max_size=10).map(lambda row: np.array(row, float))


@given(scores, st.lists(st.integers(0, 12), min_size=1, max_size=4))
def test_as_many_go_as_asked_and_none_that_stays_is_higher(values, counts):
    for kept, count in zip(kept_without_top(values, counts), counts, strict=True):
        assert np.count_nonzero(~kept) == min(count, len(values))
        assert values[kept].max(initial=-np.inf) <= values[~kept].min(initial=np.inf)


def test_of_equal_scores_the_earlier_unit_comes_first():
    assert descending(np.array([0.0, 2.0, 0.0, 2.0])).tolist() == [1, 3, 0, 2]
