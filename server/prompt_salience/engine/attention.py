"""Grouped-query attention as pure functions.

Decisions:
- A sequence that attends to itself is worked off in chunks of queries, each of which meets only the keys up to its own
  end: that leaves out nearly half of the arithmetic, and the scores of a chunk fit into a processor's cache.
- The number of chunks is bounded, and with it the time to compile them.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from prompt_salience.engine.arithmetic import product, soft_capped, widened
from prompt_salience.engine.config import BlockConfig
from prompt_salience.engine.modified_backward import halved, softmax_with_warm_gradient
from prompt_salience.engine.positions import visible

_CHUNK = 128
_MOST_CHUNKS = 8


def attend(config: BlockConfig, query: Array, key: Array, value: Array, mask: Array) -> Array:
    """What every query reads from the values.

    Masked scores are replaced by the lowest finite number, whose exponential is exactly zero beside any other:
    a masked key gets neither weight nor gradient, and no infinity can turn into NaN.

    Args:
        config: heads, scale and soft-cap.
        query: shape [batch, length, query heads, head].
        key: shape [batch, keys, key/value heads, head].
        value: shape [batch, keys, key/value heads, width]; a head wide, as a rule.
        mask: bool, shape [length, keys] or [batch, 1, length, keys]; True where a query may look. No row is all False.

    Returns:
        shape [batch, length, query heads * width].
    """
    batch, length = query.shape[:2]
    by_position = (batch, config.key_value_heads, length, -1, key.shape[1])
    if config.modified:
        query, key, value = halved(halved(query)), halved(halved(key)), halved(value)
    rows = _query_rows(config, query * config.query_scale)
    scores = widened(product("bkqh,bskh->bkqs", rows, key)).reshape(by_position)
    scores = soft_capped(scores, config.attention_soft_cap)
    scores = jnp.where(mask[..., None, :], scores, np.finfo(scores.dtype).min)
    softmax = softmax_with_warm_gradient if config.modified else jax.nn.softmax
    shares = softmax(scores).astype(value.dtype).reshape(*rows.shape[:3], -1)
    read = product("bkqs,bskh->bkqh", shares, value)
    return read.reshape(*by_position[:4], value.shape[3]).swapaxes(1, 2).reshape(batch, length, -1)


def _query_rows(config: BlockConfig, query: Array) -> Array:
    """The queries of each key/value head as rows of one matrix, position by position.

    One large product for all heads of a group, and for all targets of a backward pass, is several times faster on a
    processor than one for each.

    Args:
        config: heads.
        query: shape [batch, length, query heads, head].

    Returns:
        shape [batch, key/value heads, length * query heads of a group, head].
    """
    batch, length = query.shape[:2]
    grouped = query.reshape(batch, length, config.key_value_heads, -1, config.head_dim)
    return grouped.swapaxes(1, 2).reshape(batch, config.key_value_heads, -1, config.head_dim)


def attend_to_itself(
    config: BlockConfig, query: Array, key: Array, value: Array, window: Array, blocked: Array | None = None
) -> Array:
    """What every token reads from itself and those before it, inside its window.

    Args:
        config: heads, scale and soft-cap.
        query: shape [batch, length, query heads, head].
        key: shape [batch, length, key/value heads, head].
        value: shape [batch, length, key/value heads, head].
        window: int32, how many positions a token sees, itself included.
        blocked: bool, shape [batch, length], the tokens that no later one sees; None where there are none.

    Returns:
        shape [batch, length, query heads * head].
    """
    positions = jnp.arange(query.shape[1])
    size = chunk_size(query.shape[1])
    read = []
    for start in range(0, query.shape[1], size):
        end = start + size
        mask = visible(positions[start:end], positions[:end], window)
        if blocked is not None:
            mask = mask & _open(blocked[:, :end], positions[start:end])
        read.append(attend(config, query[:, start:end], key[:, :end], value[:, :end], mask))
    return jnp.concatenate(read, axis=1)


def _open(blocked: Array, positions: Array) -> Array:
    """Which keys are open to queries at ``positions``: those that are not blocked, and each query's own.

    Args:
        blocked: bool, shape [batch, keys].
        positions: shape [length].

    Returns:
        bool, shape [batch, 1, length, keys].
    """
    own = positions[:, None] == jnp.arange(blocked.shape[1])
    return own | ~blocked[:, None, None, :]


def chunk_size(length: int) -> int:
    """How many queries of a sequence are worked off at once: all, or the largest part that is not too many."""
    counts = range(min(max(length // _CHUNK, 1), _MOST_CHUNKS), _MOST_CHUNKS + 1)
    return length // next((count for count in counts if length % count == 0), 1)
