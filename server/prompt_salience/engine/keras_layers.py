"""Reading the layers that keras-hub's Gemma backbones have in common.

Decisions:
- What a layer computes is read from the layer itself, not from the backbone's config: keras-hub does not pass every
  config value on, and this engine is equal to what Keras computes.
- A kernel is read through ``layer.kernel``, which holds any LoRA weights merged.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array

from prompt_salience.engine.config import BlockConfig, DecoderConfig, LayerKind
from prompt_salience.engine.weights import BlockWeights, DecoderWeights


def block_config(block: Any) -> BlockConfig:
    """The config of a Keras decoder block."""
    attention = block.attention
    scaled_by = attention.head_dim if attention.query_head_dim_normalize else _heads_share(attention)
    return BlockConfig(
        query_heads=attention.num_query_heads,
        key_value_heads=attention.num_key_value_heads,
        head_dim=attention.head_dim,
        query_scale=float(scaled_by) ** -0.5,
        attention_soft_cap=_optional_float(attention.logit_soft_cap),
        norm_epsilon=float(block.pre_attention_norm.epsilon),
    )


def _heads_share(attention: Any) -> int:
    return int(attention.hidden_dim // attention.num_query_heads)


def _optional_float(number: Any) -> float | None:
    return None if number is None else float(number)


def layer_kind(block: Any) -> LayerKind:
    """What one Keras decoder block looks at."""
    attention = block.attention
    window = int(attention.sliding_window_size) if attention.use_sliding_window_attention else None
    rope = attention.rope_layer
    return LayerKind(window, float(rope.max_wavelength), float(rope.scaling_factor))


def decoder_config(backbone: Any, family: str, context_length: int) -> DecoderConfig:
    """The config of a Keras backbone."""
    blocks = backbone.transformer_layers
    return DecoderConfig(
        family=family,
        vocabulary_size=backbone.vocabulary_size,
        hidden_dim=backbone.hidden_dim,
        feedforward_dim=int(blocks[0].gating_ffw.kernel.shape[-1]),
        block=block_config(blocks[0]),
        layers=tuple(layer_kind(block) for block in blocks),
        embedding_scale=float(backbone.hidden_dim) ** 0.5,
        final_soft_cap=_optional_float(backbone.final_logit_soft_cap),
        final_norm_epsilon=float(backbone.layer_norm.epsilon),
        context_length=context_length,
    )


def decoder_weights(backbone: Any) -> DecoderWeights:
    """The weights of a Keras backbone."""
    return DecoderWeights(
        embedding=backbone.token_embedding.embeddings.value,
        blocks=tuple(block_weights(block) for block in backbone.transformer_layers),
        final_norm=backbone.layer_norm.scale.value,
    )


PLACES = {
    "pre_attention_norm": "pre_attention_norm",
    "query": "attention/query_dense",
    "key": "attention/key_dense",
    "value": "attention/value_dense",
    "query_norm": "attention/query_norm",
    "key_norm": "attention/key_norm",
    "attention_output": "attention/output_dense",
    "post_attention_norm": "post_attention_norm",
    "pre_feedforward_norm": "pre_ffw_norm",
    "gate": "gating_ffw",
    "up": "gating_ffw_2",
    "down": "ffw_linear",
    "post_feedforward_norm": "post_ffw_norm",
}
"""Which layer of a Keras decoder block holds which weight: the way of attributes to it, as weight files have it too."""

HEADS_IN_COLUMNS = frozenset({"query", "key", "value"})
"""The weights whose kernels Keras keeps as [heads, hidden, head], and this engine as [hidden, heads * head]."""


def block_layers(block: Any) -> dict[str, Any]:
    """The layers of a Keras decoder block by the names of their weights, without those that the family lacks."""
    found = {weight: _at(block, place) for weight, place in PLACES.items()}
    return {weight: layer for weight, layer in found.items() if layer is not None}


def _at(owner: Any, place: str) -> Any:
    """The layer that a way of attributes leads to, or None."""
    for name in place.split("/"):
        owner = getattr(owner, name, None)
    return owner


def block_weights(block: Any) -> BlockWeights:
    """The weights of one Keras decoder block."""
    held: dict[str, Any] = dict.fromkeys(PLACES)
    held |= {weight: _weight(weight, layer) for weight, layer in block_layers(block).items()}
    return BlockWeights(**held)


def _weight(name: str, layer: Any) -> Array:
    if name.endswith("norm"):
        scale: Array = layer.scale.value
        return scale
    kernel = jnp.asarray(layer.kernel)
    return _columns_of_heads(kernel) if name in HEADS_IN_COLUMNS else kernel.reshape(-1, kernel.shape[-1])


def _columns_of_heads(kernel: Array) -> Array:
    """A kernel of shape [heads, hidden, head] as a matrix [hidden, heads * head]."""
    return kernel.transpose(1, 0, 2).reshape(kernel.shape[1], -1)
