"""What a decoder block leaves behind, so that a backward pass through it need not run it again.

Decisions:
- What is kept is what the products with weight matrices gave: nearly all arithmetic of a block, in a fifth of the
  memory of all that automatic differentiation would keep. Norms, rotations, attention and activation functions are
  computed again from it.
- Without kept products the block is run again from its input: the same code, only slower.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import jax
from jax import Array
from jax.typing import ArrayLike

from prompt_salience.engine.arithmetic import product
from prompt_salience.engine.config import BlockConfig, DecoderConfig
from prompt_salience.engine.decoder_block import KeyValueCache, Multiply, decoder_block
from prompt_salience.engine.placement import kept_divided
from prompt_salience.engine.positions import LayerView
from prompt_salience.engine.weights import BlockWeights


@jax.tree_util.register_dataclass
@dataclass(frozen=True, slots=True)
class Activations:
    """What one block read and computed.

    Attributes:
        layer_input: shape [1, length, hidden].
        products: what each weight matrix gave, in the order of ``BlockWeights``, shapes [1, length, columns]; or
            nothing, to save memory.
    """

    layer_input: Array
    products: tuple[Array, ...] = ()

    @property
    def bytes(self) -> int:
        """The memory that they take."""
        return int(self.layer_input.nbytes + sum(array.nbytes for array in self.products))


def product_widths(config: DecoderConfig) -> tuple[int, ...]:
    """How many columns each product of a block has, in the order of ``BlockWeights``."""
    block = config.block
    keys = block.key_value_heads * block.head_dim
    feedforward = config.feedforward_dim
    return (
        block.query_heads * block.head_dim,
        keys,
        keys,
        config.hidden_dim,
        feedforward,
        feedforward,
        config.hidden_dim,
    )


def product_parts(config: BlockConfig, feedforward: int) -> tuple[int, ...]:
    """Of how many parts that devices can share each product of a block is, in the order of ``BlockWeights``."""
    return (config.query_heads, config.key_value_heads, config.key_value_heads, 1, feedforward, feedforward, 1)


def recorded_block(
    config: BlockConfig,
    weights: BlockWeights,
    view: LayerView,
    hidden: Array,
    start: ArrayLike = 0,
    cache: KeyValueCache | None = None,
) -> tuple[Array, KeyValueCache, tuple[Array, ...]]:
    """Run one block as ``decoder_block`` does, and return its products with weights too."""
    products: list[Array] = []
    parts = iter(product_parts(config, weights.gate.shape[1]))

    def multiply(equation: str, left: Array, right: Array) -> Array:
        products.append(kept_divided(config.mesh, product(equation, left, right), next(parts)))
        return products[-1]

    hidden, cache = decoder_block(config, weights, view, hidden, start, cache, multiply)
    return hidden, cache, tuple(products)


def pulled_back(
    config: BlockConfig, weights: BlockWeights, view: LayerView, activations: Activations, cotangents: Array
) -> Array:
    """Gradients by a block's input from gradients by its output, for several targets at once.

    Args:
        config: what all blocks share.
        weights: this layer's weights.
        view: this layer's window and frequencies.
        activations: what the block left behind.
        cotangents: shape [targets, 1, length, hidden].

    Returns:
        shape [targets, 1, length, hidden].
    """

    def block(layer_input: Array) -> Array:
        multiply = _replaying(iter(activations.products)) if activations.products else product
        return decoder_block(config, weights, view, layer_input, multiply=multiply)[0]

    _, pull_back = jax.vjp(block, activations.layer_input)
    gradients: tuple[Array] = jax.vmap(pull_back)(cotangents)
    return gradients[0]


def _replaying(products: Iterator[Array]) -> Multiply:
    return lambda equation, left, right: _replayed(equation, left, right, next(products))


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def _replayed(_equation: str, _left: Array, _right: Array, known: Array) -> Array:
    """The product of ``left`` and ``right``, which is known; its gradient by ``left`` is that of the product."""
    return known


def _replayed_forward(_equation: str, left: Array, right: Array, known: Array) -> tuple[Array, tuple[Array, Array]]:
    return known, (left, right)


def _replayed_backward(equation: str, kept: tuple[Array, Array], cotangent: Array) -> tuple[Array, None, None]:
    left, right = kept
    (gradient,) = jax.linear_transpose(lambda numbers: product(equation, numbers, right), left)(cotangent)
    return gradient, None, None


_replayed.defvjp(_replayed_forward, _replayed_backward)
