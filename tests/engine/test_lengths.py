"""Buckets: few, ordered, never too small."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from prompt_salience.engine.config import BlockConfig, DecoderConfig
from prompt_salience.engine.lengths import (
    ROW_COUNTS,
    SHORTEST,
    TARGET_COUNTS,
    batches,
    bucket_length,
    padded,
    row_count,
    target_batches,
    target_count,
    targets_at_once,
)

LENGTHS = st.integers(1, 200_000)


@given(LENGTHS)
def test_a_bucket_holds_its_length_and_is_at_most_half_as_long_again(length: int) -> None:
    bucket = bucket_length(length)
    assert bucket >= length
    assert bucket == SHORTEST or bucket <= length * 1.5
    assert bucket_length(bucket) == bucket


def test_there_are_two_buckets_for_each_doubling_and_four_of_long_ones() -> None:
    found = sorted({bucket_length(length) for length in range(1, 1025)})
    assert found == [64, 96, 128, 192, 256, 320, 384, 448, 512, 640, 768, 896, 1024]


@given(st.integers(1, max(TARGET_COUNTS)), st.integers(1, max(ROW_COUNTS)))
def test_counts_are_padded_upwards(targets: int, rows: int) -> None:
    assert target_count(targets) in TARGET_COUNTS
    assert target_count(targets) >= targets
    assert row_count(rows) in ROW_COUNTS
    assert row_count(rows) >= rows


@given(st.integers(1, 16), st.integers(64, 20_000), LENGTHS)
def test_as_many_targets_at_once_as_memory_allows_and_at_least_one(heads: int, feedforward: int, length: int) -> None:
    block = BlockConfig(heads, 1, 64, 0.1, None, 1e-6)
    config = DecoderConfig("gemma", 100, 640, feedforward, block, (), 1.0, None, 1e-6, 8192)
    count = targets_at_once(config, length)
    assert count in TARGET_COUNTS
    assert count == 1 or count * max(heads * length**2, 3 * length * feedforward) <= 64 * 1024**2


@given(st.integers(0, 60), st.sampled_from(TARGET_COUNTS))
def test_targets_are_split_in_order_and_padded_little(count: int, most: int) -> None:
    found = target_batches(count, most)
    assert [index for batch in found for index in range(batch.start, batch.stop)] == list(range(count))
    assert all(batch.stop - batch.start <= most for batch in found)


def test_targets_are_split_where_padding_would_cost_more_than_a_pass() -> None:
    sizes = [[batch.stop - batch.start for batch in target_batches(count, 16)] for count in (4, 5, 7, 10, 11)]
    assert sizes == [[4], [5], [7], [5, 5], [11]]


@given(st.integers(0, 50), st.integers(1, 9))
def test_batches_cover_everything_in_order(count: int, size: int) -> None:
    found = [index for batch in batches(count, size) for index in range(batch.start, batch.stop)]
    assert found == list(range(count))


def test_padding_is_zeros_at_the_end_of_the_first_axis() -> None:
    assert_array_equal(padded(np.ones((1, 2), np.int32), 3), [[1, 1], [0, 0], [0, 0]])
