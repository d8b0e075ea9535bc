"""The weights of a decoder as pytrees of JAX arrays, whatever model they were read from.

Decisions:
- Projections are matrices, so that a product with them never has to rearrange them first: the columns of a query
  matrix are its heads, one after the other.
- A norm that a family does not have is None: the pytree's structure says which block is compiled.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import jax
from jax import Array

from prompt_salience.engine.config import DecoderConfig


@jax.tree_util.register_dataclass
@dataclass(frozen=True, slots=True)
class BlockWeights:
    """The weights of one decoder block.

    Attributes:
        pre_attention_norm: shape [hidden].
        query: shape [hidden, query heads * head].
        key: shape [hidden, key/value heads * head].
        value: shape [hidden, key/value heads * head].
        query_norm: shape [head], or None.
        key_norm: shape [head], or None.
        attention_output: shape [query heads * head, hidden].
        post_attention_norm: shape [hidden], or None.
        pre_feedforward_norm: shape [hidden].
        gate: shape [hidden, feed-forward]; goes through the activation.
        up: shape [hidden, feed-forward]; is multiplied by the gate.
        down: shape [feed-forward, hidden].
        post_feedforward_norm: shape [hidden], or None.
    """

    pre_attention_norm: Array
    query: Array
    key: Array
    value: Array
    query_norm: Array | None
    key_norm: Array | None
    attention_output: Array
    post_attention_norm: Array | None
    pre_feedforward_norm: Array
    gate: Array
    up: Array
    down: Array
    post_feedforward_norm: Array | None


@jax.tree_util.register_dataclass
@dataclass(frozen=True, slots=True)
class DecoderWeights:
    """The weights of a decoder.

    Attributes:
        embedding: shape [vocabulary, hidden]; its transpose gives the logits.
        blocks: one for each layer, first to last.
        final_norm: shape [hidden].
    """

    embedding: Array
    blocks: tuple[BlockWeights, ...]
    final_norm: Array


def check_shapes(config: DecoderConfig, weights: DecoderWeights) -> None:
    """Compare every weight with the shape that the config asks for.

    Raises:
        ValueError: a weight has another shape, or a layer is missing.
    """
    if len(weights.blocks) != len(config.layers):
        message = f"there are weights for {len(weights.blocks)} layers, and the config has {len(config.layers)}"
        raise ValueError(message)
    _check("embedding", weights.embedding, (config.vocabulary_size, config.hidden_dim))
    _check("final norm", weights.final_norm, (config.hidden_dim,))
    for index, block in enumerate(weights.blocks):
        for name, shape in block_shapes(config).items():
            _check(f"{name} of layer {index}", getattr(block, name), shape)


def block_shapes(config: DecoderConfig) -> dict[str, tuple[int, ...]]:
    """The shape of every weight that a block may have."""
    hidden, feedforward, head = config.hidden_dim, config.feedforward_dim, config.block.head_dim
    queries, keys = config.block.query_heads * head, config.block.key_value_heads * head
    norms = ("pre_attention_norm", "post_attention_norm", "pre_feedforward_norm", "post_feedforward_norm")
    return {
        **dict.fromkeys(norms, (hidden,)),
        **dict.fromkeys(("query_norm", "key_norm"), (head,)),
        **dict.fromkeys(("key", "value"), (hidden, keys)),
        **dict.fromkeys(("gate", "up"), (hidden, feedforward)),
        "query": (hidden, queries),
        "attention_output": (queries, hidden),
        "down": (feedforward, hidden),
    }


def _check(name: str, weight: Array | None, shape: tuple[int, ...]) -> None:
    if weight is not None and weight.shape != shape:
        message = f"the {name} has shape {weight.shape}, and the config asks for {shape}"
        raise ValueError(message)


def parameter_count(weights: DecoderWeights) -> int:
    """How many numbers the model learnt."""
    return sum(leaf.size for leaf in jax.tree_util.tree_leaves(weights))


def parameter_count_of(config: DecoderConfig) -> int:
    """How many numbers a model with this config has learnt; norms, which it may lack, are none to speak of."""
    block = sum(math.prod(shape) for shape in block_shapes(config).values())
    return config.vocabulary_size * config.hidden_dim + len(config.layers) * block + config.hidden_dim
