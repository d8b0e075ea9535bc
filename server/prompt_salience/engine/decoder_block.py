"""One decoder block of any Gemma, written out once as a pure function.

The same block runs over a whole sequence, over a prompt whose keys and values are kept, and over one new token:
``start`` says where the tokens stand, ``cache`` holds the keys and values of all positions so far.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.typing import ArrayLike

from prompt_salience.engine.arithmetic import product, rms_norm
from prompt_salience.engine.attention import attend, attend_to_itself
from prompt_salience.engine.config import BlockConfig
from prompt_salience.engine.placement import kept_divided, kept_whole
from prompt_salience.engine.positions import LayerView, rotated, visible
from prompt_salience.engine.weights import BlockWeights

Multiply = Callable[[str, Array, Array], Array]
"""Einstein summation of activations and a weight matrix."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, slots=True)
class KeyValueCache:
    """The rotated keys and the values of one layer, each of shape [batch, positions, key/value heads, head]."""

    key: Array
    value: Array


def decoder_block(
    config: BlockConfig,
    weights: BlockWeights,
    view: LayerView,
    hidden: Array,
    start: ArrayLike = 0,
    cache: KeyValueCache | None = None,
    multiply: Multiply = product,
) -> tuple[Array, KeyValueCache]:
    """Run one block.

    Args:
        config: what all blocks share.
        weights: this layer's weights.
        view: this layer's window and frequencies.
        hidden: shape [batch, length, hidden].
        start: position of the first token of ``hidden``.
        cache: keys and values of ``positions`` places, filled up to ``start``; None when the tokens see only
            themselves.
        multiply: how activations are multiplied by the weights; called in the order of ``BlockWeights``.

    Returns:
        The new hidden states, shape [batch, length, hidden], and the cache with these tokens written into it.
    """
    epsilon = config.norm_epsilon
    hidden = kept_whole(config.mesh, hidden)
    normed = rms_norm(hidden, weights.pre_attention_norm, epsilon)
    attention, cache = _attention(config, weights, view, normed, start, cache, multiply)
    hidden = hidden + _optional_norm(attention, weights.post_attention_norm, epsilon)
    normed = rms_norm(hidden, weights.pre_feedforward_norm, epsilon)
    feedforward = _feedforward(weights, normed, multiply)
    hidden = hidden + _optional_norm(feedforward, weights.post_feedforward_norm, epsilon)
    return kept_whole(config.mesh, hidden), cache


def _attention(
    config: BlockConfig,
    weights: BlockWeights,
    view: LayerView,
    normed: Array,
    start: ArrayLike,
    cache: KeyValueCache | None,
    multiply: Multiply,
) -> tuple[Array, KeyValueCache]:
    positions = jnp.asarray(start) + jnp.arange(normed.shape[1])
    query = _heads(config, multiply("btd,dq->btq", normed, weights.query), weights.query_norm)
    key = _heads(config, multiply("btd,dq->btq", normed, weights.key), weights.key_norm)
    value = _heads(config, multiply("btd,dq->btq", normed, weights.value), None)
    query = rotated(query, positions, view.frequencies)
    written = KeyValueCache(rotated(key, positions, view.frequencies), value)
    if cache is None:
        read = attend_to_itself(config, query, written.key, written.value, view.window, view.blocked)
    else:
        written = _written(config, cache, written, start)
        mask = visible(positions, jnp.arange(written.key.shape[1]), view.window)
        read = attend(config, query, written.key, written.value, mask)
    return multiply("btq,qd->btd", read, weights.attention_output), written


def _heads(config: BlockConfig, projected: Array, norm: Array | None) -> Array:
    heads = projected.reshape(*projected.shape[:2], -1, config.head_dim)
    return _optional_norm(heads, norm, config.norm_epsilon)


def _written(config: BlockConfig, cache: KeyValueCache, new: KeyValueCache, start: ArrayLike) -> KeyValueCache:
    def write(old: Array, update: Array) -> Array:
        updated = lax.dynamic_update_slice_in_dim(old, update, start, axis=1)
        return kept_divided(config.mesh, updated, config.key_value_heads)

    return KeyValueCache(write(cache.key, new.key), write(cache.value, new.value))


def _feedforward(weights: BlockWeights, normed: Array, multiply: Multiply) -> Array:
    gate = jax.nn.gelu(multiply("btd,df->btf", normed, weights.gate), approximate=True)
    return multiply("btf,fd->btd", gate * multiply("btd,df->btf", normed, weights.up), weights.down)


def _optional_norm(numbers: Array, scale: Array | None, epsilon: float) -> Array:
    return numbers if scale is None else rms_norm(numbers, scale, epsilon)
