"""Attention in chunks is attention, written out here number by number."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

from prompt_salience.engine.attention import attend_to_itself, chunk_size
from prompt_salience.engine.config import BlockConfig
from prompt_salience.engine.lengths import bucket_length


def plain_attention(
    config: BlockConfig, query: np.ndarray, key: np.ndarray, value: np.ndarray, window: int
) -> np.ndarray:
    """One query and one head after the other, in float64."""
    length, heads = query.shape[:2]
    read = np.zeros((length, heads, config.head_dim))
    for head in range(heads):
        group = head // (config.query_heads // config.key_value_heads)
        for position in range(length):
            seen = slice(max(0, position - window + 1), position + 1)
            scores = key[seen, group] @ query[position, head] * config.query_scale
            if config.attention_soft_cap:
                scores = np.tanh(scores / config.attention_soft_cap) * config.attention_soft_cap
            shares = np.exp(scores - scores.max())
            read[position, head] = shares / shares.sum() @ value[seen, group]
    return read.reshape(length, -1)


@pytest.mark.parametrize("soft_cap", [None, 3.0])
@pytest.mark.parametrize("window", [1, 5, 10_000])
@pytest.mark.parametrize("length", [10, 256])
def test_attention_in_chunks_is_plain_attention(length: int, window: int, soft_cap: float | None) -> None:
    config = BlockConfig(6, 2, 8, 0.3, soft_cap, 1e-6)
    random = np.random.default_rng(0)
    query, key, value = (random.normal(0, 2, (length, heads, 8)) for heads in (6, 2, 2))
    expected = plain_attention(config, query, key, value, window)
    arrays = (jnp.asarray(array[None], jnp.float32) for array in (query, key, value))
    read = attend_to_itself(config, *arrays, jnp.int32(window))
    assert_allclose(read[0], expected, rtol=1e-4, atol=1e-5)


def test_chunks_divide_every_bucket_and_are_few() -> None:
    buckets = {bucket_length(length) for length in range(1, 140_000, 50)}
    for bucket in buckets:
        assert bucket % chunk_size(bucket) == 0
        assert min(max(bucket // 128, 1), 8) <= bucket // chunk_size(bucket) <= 8
