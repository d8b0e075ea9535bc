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
from prompt_salience.engine.modified_backward import halved
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
    hidden = kept_whole(config.mesh, hidden)
    normed = _norm(config, hidden, weights.pre_attention_norm)
    attention, cache = _attention(config, weights, view, normed, start, cache, multiply)
    hidden = hidden + _norm(config, attention, weights.post_attention_norm)
    normed = _norm(config, hidden, weights.pre_feedforward_norm)
    feedforward = _feedforward(config, weights, normed, multiply)
    hidden = hidden + _norm(config, feedforward, weights.post_feedforward_norm)
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
    query, key = queries_and_keys(config, weights, view, normed, positions, multiply)
    written = KeyValueCache(key, _heads(config, multiply("btd,dq->btq", normed, weights.value), None))
    if cache is None:
        read = attend_to_itself(config, query, written.key, written.value, view.window, view.blocked)
    else:
        written = _written(config, cache, written, start)
        mask = visible(positions, jnp.arange(written.key.shape[1]), view.window)
        read = attend(config, query, written.key, written.value, mask)
    return multiply("btq,qd->btd", read, weights.attention_output), written


def queries_and_keys(
    config: BlockConfig,
    weights: BlockWeights,
    view: LayerView,
    normed: Array,
    positions: Array,
    multiply: Multiply = product,
) -> tuple[Array, Array]:
    """What attention compares, turned by position.

    Args:
        config: what all blocks share.
        weights: this layer's weights.
        view: this layer's window and frequencies.
        normed: what the layer reads, after its norm; shape [batch, length, hidden].
        positions: shape [length].
        multiply: how activations are multiplied by the weights.

    Returns:
        shapes [batch, length, query heads, head] and [batch, length, key/value heads, head].
    """
    query = _heads(config, multiply("btd,dq->btq", normed, weights.query), weights.query_norm)
    key = _heads(config, multiply("btd,dq->btq", normed, weights.key), weights.key_norm)
    return rotated(query, positions, view.frequencies), rotated(key, positions, view.frequencies)


def _heads(config: BlockConfig, projected: Array, norm: Array | None) -> Array:
    heads = projected.reshape(*projected.shape[:2], -1, config.head_dim)
    return _norm(config, heads, norm)


def _written(config: BlockConfig, cache: KeyValueCache, new: KeyValueCache, start: ArrayLike) -> KeyValueCache:
    def write(old: Array, update: Array) -> Array:
        updated = lax.dynamic_update_slice_in_dim(old, update, start, axis=1)
        return kept_divided(config.mesh, updated, config.key_value_heads)

    return KeyValueCache(write(cache.key, new.key), write(cache.value, new.value))


def _feedforward(config: BlockConfig, weights: BlockWeights, normed: Array, multiply: Multiply) -> Array:
    gate = jax.nn.gelu(multiply("btd,df->btf", normed, weights.gate), approximate=True)
    up = multiply("btd,df->btf", normed, weights.up)
    if config.modified:
        gate, up = halved(gate), halved(up)
    return multiply("btf,fd->btd", gate * up, weights.down)


def _norm(config: BlockConfig, numbers: Array, scale: Array | None) -> Array:
    if scale is None:
        return numbers
    return rms_norm(numbers, scale, config.norm_epsilon, frozen=config.modified)
