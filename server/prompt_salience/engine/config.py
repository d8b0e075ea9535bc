"""What differs between Gemma models: shapes, scales, caps and windows, as frozen data.

Decisions:
- ``BlockConfig`` holds what all decoder blocks of a model share. It is a static argument of every compiled function,
  so that one compiled block serves all layers.
- What varies from layer to layer (``LayerKind``) reaches a compiled block as numbers, not as code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jax.sharding import Mesh


@dataclass(frozen=True, slots=True)
class BlockConfig:
    """What all decoder blocks of one model share.

    Attributes:
        query_heads: number of query heads.
        key_value_heads: number of key and value heads; divides ``query_heads``.
        head_dim: numbers in one head.
        query_scale: what queries are multiplied by: ``head_dim ** -0.5``, or ``(hidden_dim / query_heads) ** -0.5``.
        attention_soft_cap: bound of the attention scores, or None.
        norm_epsilon: what every norm of a block adds to the mean square.
        mesh: the devices that share the work, or None for one alone.
        modified: whether the block is differentiated by the rules of ``modified_backward``; forward it is the same.
    """

    query_heads: int
    key_value_heads: int
    head_dim: int
    query_scale: float
    attention_soft_cap: float | None
    norm_epsilon: float
    mesh: Mesh | None = None
    modified: bool = False


@dataclass(frozen=True, slots=True)
class LayerKind:
    """What one layer looks at, and how it tells positions apart.

    Attributes:
        window: number of positions a token sees, itself included; None for all before it.
        rope_wavelength: longest wavelength of the rotary embedding, in tokens over two pi.
        rope_scaling: what positions are divided by before they are rotated.
    """

    window: int | None = None
    rope_wavelength: float = 10_000.0
    rope_scaling: float = 1.0


@dataclass(frozen=True, slots=True)
class DecoderConfig:
    """A whole decoder.

    Attributes:
        family: ``gemma``, ``gemma2`` or ``gemma3``.
        vocabulary_size: number of token ids.
        hidden_dim: numbers in a hidden state.
        feedforward_dim: numbers between the two halves of a gated feed-forward network.
        block: what all blocks share.
        layers: one kind for each layer, first to last.
        embedding_scale: what token embeddings are multiplied by before the first layer.
        final_soft_cap: bound of the logits, or None.
        final_norm_epsilon: what the last norm adds to the mean square.
        context_length: number of tokens the model was made to read.
    """

    family: str
    vocabulary_size: int
    hidden_dim: int
    feedforward_dim: int
    block: BlockConfig
    layers: tuple[LayerKind, ...]
    embedding_scale: float
    final_soft_cap: float | None
    final_norm_epsilon: float
    context_length: int
