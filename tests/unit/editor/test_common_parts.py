"""Lines and words that two texts share: equal, rising, and as many as can be told without guessing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.editor.common_parts import common_parts


def pairs_of(old, new, **options) -> list[tuple[int, int]]:
    """Indices of equal parts, a pair each."""
    runs = common_parts(old, new, **options)
    assert all(run.size for run in runs)
    return [(run.old + index, run.new + index) for run in runs for index in range(run.size)]


PARTS = st.lists(st.sampled_from("abcdefgh"), max_size=16)


@given(PARTS, PARTS)
def test_pairs_are_equal_and_rise_on_both_sides(old: list[str], new: list[str]) -> None:
    pairs = pairs_of(old, new)
    assert all(old[i] == new[j] for i, j in pairs)
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(pairs))


@given(PARTS)
def test_equal_lists_are_paired_throughout(parts: list[str]) -> None:
    assert pairs_of(parts, parts) == [(index, index) for index in range(len(parts))]


@given(PARTS, st.integers(0, 16), PARTS)
def test_an_insertion_loses_no_part(parts: list[str], at: int, inserted: list[str]) -> None:
    assert len(pairs_of(parts, [*parts[:at], *inserted, *parts[at:]])) == len(parts)


@pytest.mark.parametrize(
    ("old", "new", "count"),
    [("abcdef", "defabc", 3), ("abcde", "eabcd", 4), ("xaybz", "pbqar", 1), ("aabb", "bbaa", 2), ("", "abc", 0)],
)
def test_of_parts_that_changed_places_the_longest_run_stays(old: str, new: str, count: int) -> None:
    assert len(pairs_of(old, new)) == count


def test_without_anchors_only_short_stretches_are_compared() -> None:
    old, new = "xababy", "zbabaw"
    assert pairs_of(old, new, most_compared=0) == []
    assert len(pairs_of(old, new, most_compared=36)) == 3
