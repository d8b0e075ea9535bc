"""Spans that are made up of known ones."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from prompt_salience.engine.span_sums import Span, row_of

SPANS = st.tuples(st.integers(0, 9), st.integers(1, 10)).filter(lambda span: span[0] < span[1])


def row(span: Span) -> np.ndarray:
    """A row that adds up over spans, exactly."""
    return np.arange(*span, dtype=np.float64).sum(keepdims=True)


def reachable(known: set[Span], span: Span) -> bool:
    """Whether spans lead from a start to an end, found the slow way."""
    start, end = span
    return start == end or any(reachable(known, (other_end, end)) for at, other_end in known if at == start)


@given(st.sets(SPANS, max_size=12), SPANS)
def test_a_row_is_found_exactly_if_known_spans_make_it_up(known: set[Span], wanted: Span) -> None:
    found = row_of({span: row(span) for span in known}, wanted)
    assert (found is not None) == reachable(known, wanted)
    if found is not None:
        assert_array_equal(found, row(wanted))


def test_the_fewest_spans_are_added() -> None:
    """Each brings its own rounding."""
    halves = {(0, 1): np.array([1.0]), (1, 2): np.array([1.0])}
    assert row_of(halves | {(0, 2): np.array([3.0])}, (0, 2)) == 3
