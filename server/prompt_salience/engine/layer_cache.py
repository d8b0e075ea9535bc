"""What is kept of one layer while a sequence is read, in buffers with room for all of it.

Decisions:
- A pass gives the buffers away and gets them back with its own positions written, so that nothing is copied.
- Where memory allows, what a backward pass needs is kept beside keys and values, so that a run that was just made is
  explained without reading it again.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.typing import ArrayLike

from prompt_salience.engine.activations import Activations, product_parts, product_widths, recorded_block
from prompt_salience.engine.compiling import compiled
from prompt_salience.engine.config import BlockConfig
from prompt_salience.engine.decoder_block import KeyValueCache
from prompt_salience.engine.forward import Decoder
from prompt_salience.engine.placement import divided_place
from prompt_salience.engine.positions import LayerView
from prompt_salience.engine.weights import BlockWeights


@jax.tree_util.register_dataclass
@dataclass(frozen=True, slots=True)
class LayerCache:
    """Keys and values of one layer, and its activations or None; all of shape [1, room, …]."""

    keys_and_values: KeyValueCache
    activations: Activations | None

    @property
    def bytes(self) -> int:
        """The memory that it takes."""
        return sum(leaf.nbytes for leaf in jax.tree_util.tree_leaves(self))


def empty_cache(model: Decoder, room: int, *, explainable: bool) -> LayerCache:
    """A cache of one layer, in which nothing was written; with activations if it shall be explainable."""
    block = model.config.block
    heads = block.key_value_heads
    key, value = (_empty(model, (room, heads, block.head_dim), heads) for _ in ("key", "value"))
    keys_and_values = KeyValueCache(key, value)
    if not explainable:
        return LayerCache(keys_and_values, None)
    parts = product_parts(block, model.config.feedforward_dim)
    widths = zip(product_widths(model.config), parts, strict=True)
    products = tuple(_empty(model, (room, width), part) for width, part in widths)
    return LayerCache(keys_and_values, Activations(empty_states(model, room), products))


def empty_states(model: Decoder, room: int) -> Array:
    """Zeros for the hidden states of ``room`` positions, shape [1, room, hidden]."""
    return _empty(model, (room, model.config.hidden_dim), 1)


def _empty(model: Decoder, shape: tuple[int, ...], parts: int) -> Array:
    """Zeros in the weights' dtype, where ``divided_place`` says."""
    place = divided_place(model.config.block.mesh, parts)
    return jnp.zeros((1, *shape), model.weights.embedding.dtype, device=place)


def activation_bytes(model: Decoder, room: int) -> int:
    """The memory that the activations of all layers, and what the last one wrote, take."""
    width = model.config.hidden_dim + sum(product_widths(model.config))
    numbers = room * (len(model.views) * width + model.config.hidden_dim)
    return numbers * model.weights.embedding.dtype.itemsize


@compiled(static=("config",), donated=("cache",))
def read_layer(
    config: BlockConfig, weights: BlockWeights, view: LayerView, hidden: Array, start: ArrayLike, cache: LayerCache
) -> tuple[Array, LayerCache]:
    """Run one block over tokens from ``start`` on, which see what was read before; shape [1, length, hidden]."""
    output, keys_and_values, products = recorded_block(config, weights, view, hidden, start, cache.keys_and_values)
    activations = cache.activations
    if activations is not None:
        activations = _written(activations, Activations(hidden, products), start)
    return output, LayerCache(keys_and_values, activations)


def _written(old: Activations, new: Activations, start: ArrayLike) -> Activations:
    found: Activations = jax.tree_util.tree_map(lambda buffer, update: _with(buffer, update, start), old, new)
    return found


@compiled(donated=("buffer",))
def written(buffer: Array, update: Array, start: ArrayLike) -> Array:
    """The buffer with an update, shape [1, length, …], in the place of its positions from ``start`` on."""
    return _with(buffer, update, start)


def _with(buffer: Array, update: Array, start: ArrayLike) -> Array:
    return lax.dynamic_update_slice_in_dim(buffer, update, start, axis=1)
