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


def block_weights(block: Any) -> BlockWeights:
    """The weights of one Keras decoder block."""
    attention = block.attention
    return BlockWeights(
        pre_attention_norm=block.pre_attention_norm.scale.value,
        query=_columns_of_heads(attention.query_dense),
        key=_columns_of_heads(attention.key_dense),
        value=_columns_of_heads(attention.value_dense),
        query_norm=_scale(attention, "query_norm"),
        key_norm=_scale(attention, "key_norm"),
        attention_output=_rows_of_heads(attention.output_dense),
        post_attention_norm=_scale(block, "post_attention_norm"),
        pre_feedforward_norm=block.pre_ffw_norm.scale.value,
        gate=_kernel(block.gating_ffw),
        up=_kernel(block.gating_ffw_2),
        down=_kernel(block.ffw_linear),
        post_feedforward_norm=_scale(block, "post_ffw_norm"),
    )


def _kernel(layer: Any) -> Array:
    return jnp.asarray(layer.kernel)


def _columns_of_heads(layer: Any) -> Array:
    """A kernel of shape [heads, hidden, head] as a matrix [hidden, heads * head]."""
    kernel = _kernel(layer)
    return kernel.transpose(1, 0, 2).reshape(kernel.shape[1], -1)


def _rows_of_heads(layer: Any) -> Array:
    """A kernel of shape [heads, head, hidden] as a matrix [heads * head, hidden]."""
    kernel = _kernel(layer)
    return kernel.reshape(-1, kernel.shape[-1])


def _scale(owner: Any, name: str) -> Array | None:
    norm = getattr(owner, name, None)
    return None if norm is None else norm.scale.value
