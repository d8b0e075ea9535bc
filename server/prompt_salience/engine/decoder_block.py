"""One decoder block of any Gemma, written out once as a pure function.

The same block runs over a whole sequence, over a prompt whose keys and values are kept, and over one new token:
``start`` says where the tokens stand, ``cache`` holds the keys and values of all positions so far.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.typing import ArrayLike

from prompt_salience.engine.arithmetic import product, rms_norm
from prompt_salience.engine.attention import attend, attend_to_itself
from prompt_salience.engine.config import BlockConfig
from prompt_salience.engine.positions import LayerView, rotated, visible
from prompt_salience.engine.weights import BlockWeights


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

    Returns:
        The new hidden states, shape [batch, length, hidden], and the cache with these tokens written into it.
    """
    epsilon = config.norm_epsilon
    normed = rms_norm(hidden, weights.pre_attention_norm, epsilon)
    attention, cache = _attention(config, weights, view, normed, start, cache)
    hidden = hidden + _optional_norm(attention, weights.post_attention_norm, epsilon)
    normed = rms_norm(hidden, weights.pre_feedforward_norm, epsilon)
    return hidden + _optional_norm(_feedforward(weights, normed), weights.post_feedforward_norm, epsilon), cache


def _attention(
    config: BlockConfig,
    weights: BlockWeights,
    view: LayerView,
    normed: Array,
    start: ArrayLike,
    cache: KeyValueCache | None,
) -> tuple[Array, KeyValueCache]:
    positions = jnp.asarray(start) + jnp.arange(normed.shape[1])
    query = _heads(config, normed, weights.query, weights.query_norm)
    key = _heads(config, normed, weights.key, weights.key_norm)
    value = _heads(config, normed, weights.value, None)
    query = rotated(query, positions, view.frequencies)
    written = KeyValueCache(rotated(key, positions, view.frequencies), value)
    if cache is None:
        read = attend_to_itself(config, query, written.key, written.value, view.window)
    else:
        written = _written(cache, written, start)
        mask = visible(positions, jnp.arange(written.key.shape[1]), view.window)
        read = attend(config, query, written.key, written.value, mask)
    return product("btq,qd->btd", read, weights.attention_output), written


def _heads(config: BlockConfig, normed: Array, matrix: Array, norm: Array | None) -> Array:
    batch, length = normed.shape[:2]
    heads = product("btd,dq->btq", normed, matrix).reshape(batch, length, -1, config.head_dim)
    return _optional_norm(heads, norm, config.norm_epsilon)


def _written(cache: KeyValueCache, new: KeyValueCache, start: ArrayLike) -> KeyValueCache:
    def write(old: Array, update: Array) -> Array:
        return lax.dynamic_update_slice_in_dim(old, update, start, axis=1)

    return KeyValueCache(write(cache.key, new.key), write(cache.value, new.value))


def _feedforward(weights: BlockWeights, normed: Array) -> Array:
    gate = jax.nn.gelu(product("btd,df->btf", normed, weights.gate), approximate=True)
    return product("btf,fd->btd", gate * product("btd,df->btf", normed, weights.up), weights.down)


def _optional_norm(numbers: Array, scale: Array | None, epsilon: float) -> Array:
    return numbers if scale is None else rms_norm(numbers, scale, epsilon)
