"""The forward pass over a whole sequence, layer by layer, keeping what a backward pass needs.

Decisions:
- One compiled block serves all layers, so that compile time does not grow with depth.
- Between layers the pass waits for the device and reports: a report that raises cancels it at once.
- Where memory allows, all products with weights are kept, and a backward pass costs as much as a forward pass;
  otherwise only the input of each layer is, and a backward pass costs twice as much.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike
from numpy.typing import NDArray

from prompt_salience.engine.activations import Activations, recorded_block
from prompt_salience.engine.compiling import announce, compiled
from prompt_salience.engine.config import BlockConfig, DecoderConfig
from prompt_salience.engine.lengths import bucket_length, padded
from prompt_salience.engine.placement import whole
from prompt_salience.engine.positions import LayerView, layer_view
from prompt_salience.engine.weights import BlockWeights, DecoderWeights
from prompt_salience.engine_client.protocol import Progress


@dataclass(frozen=True)
class Decoder:
    """A model ready to run: its config, its weights, and a view for each layer."""

    config: DecoderConfig
    weights: DecoderWeights
    views: tuple[LayerView, ...]


def decoder(config: DecoderConfig, weights: DecoderWeights) -> Decoder:
    """Put a config and weights together; layers of one kind share one view."""
    views = {kind: whole(config.block.mesh, layer_view(kind, config.block.head_dim)) for kind in config.layers}
    return Decoder(config, weights, tuple(views[kind] for kind in config.layers))


@dataclass(frozen=True)
class ForwardPass:
    """What one forward pass left behind.

    Attributes:
        token_ids: the ids, without padding.
        embeddings: e_i, before scaling; shape [bucket, hidden].
        layers: what each layer left behind, first to last.
        output: what the last layer wrote, before the final norm; shape [1, bucket, hidden].
    """

    token_ids: tuple[int, ...]
    embeddings: Array
    layers: tuple[Activations, ...]
    output: Array

    @property
    def bytes(self) -> int:
        """The memory that the pass keeps."""
        return int(self.embeddings.nbytes + self.output.nbytes + sum(layer.bytes for layer in self.layers))


@compiled(static=("scale",))
def embedded(scale: float, embedding: Array, token_ids: ArrayLike) -> tuple[Array, Array]:
    """Token embeddings, and what the first layer reads.

    Args:
        scale: what embeddings are multiplied by.
        embedding: shape [vocabulary, hidden].
        token_ids: int32, shape [length].

    Returns:
        shapes [length, hidden], before scaling, and [1, length, hidden], after it.
    """
    embeddings = jnp.take(embedding, jnp.asarray(token_ids), axis=0)
    return embeddings, _scaled(scale, embeddings)


@compiled(static=("scale",))
def scaled(scale: float, embeddings: Array) -> Array:
    """What the first layer reads, shape [1, length, hidden], from embeddings before scaling, shape [length, hidden]."""
    return _scaled(scale, embeddings)


def _scaled(scale: float, embeddings: Array) -> Array:
    """The factor is rounded to the weights' dtype, as Gemma does."""
    return (embeddings * jnp.asarray(scale, embeddings.dtype))[None]


@compiled(static=("config", "keep"))
def _compiled_layer(
    config: BlockConfig, keep: bool, weights: BlockWeights, view: LayerView, hidden: Array
) -> tuple[Array, tuple[Array, ...]]:
    hidden, _, products = recorded_block(config, weights, view, hidden)
    return hidden, products if keep else ()


def padded_ids(token_ids: tuple[int, ...]) -> NDArray[np.int32]:
    """Token ids with zeros after them up to their bucket length, int32."""
    return padded(np.asarray(token_ids, np.int32), bucket_length(len(token_ids)))


def forward(
    model: Decoder, token_ids: tuple[int, ...], progress: Progress, *, keep_products: bool = True
) -> ForwardPass:
    """Run all layers over a sequence.

    Causality keeps padding after the sequence from changing anything before it.
    """
    embeddings, _ = embedded(model.config.embedding_scale, model.weights.embedding, padded_ids(token_ids))
    return forward_from(model, token_ids, embeddings, progress, keep_products=keep_products)


def forward_from(
    model: Decoder, token_ids: tuple[int, ...], embeddings: Array, progress: Progress, *, keep_products: bool = True
) -> ForwardPass:
    """Run all layers over a sequence whose embeddings, before scaling, are others; shape [bucket, hidden]."""
    layers: list[Activations] = []
    announce(progress, "forward", model.config.block, len(embeddings), keep_products)
    hidden = scaled(model.config.embedding_scale, embeddings)
    for index, (weights, view) in enumerate(zip(model.weights.blocks, model.views, strict=True)):
        progress("reading", index, len(model.views))
        output, products = _compiled_layer(model.config.block, keep_products, weights, view, hidden)
        layers.append(Activations(hidden, products))
        hidden = output.block_until_ready()
    return ForwardPass(token_ids, embeddings, tuple(layers), hidden)
