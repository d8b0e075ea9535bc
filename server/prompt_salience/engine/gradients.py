"""Gradients of the log-probabilities of targets by token embeddings, layer by layer, all targets at once.

With x_0 … x_{T-1} the sequence, e_i the embedding of x_i before Gemma's scaling, and S the positions of a target:
log p(S) = Σ_{t∈S} log softmax(z_{t-1})[x_t], and g_i = ∂ log p(S) / ∂e_i.

Decisions:
- The targets share one forward pass and one backward pass: the cotangents of all targets go through a layer in one
  batch.
- The backward pass of one layer is compiled once and serves all layers.
- What stands after the last row of a batch of targets has no gradient, and is cut off.
"""

from __future__ import annotations

import jax
from jax import Array
from jax.typing import ArrayLike

from prompt_salience.engine.activations import Activations, pulled_back
from prompt_salience.engine.compiling import announce, compiled
from prompt_salience.engine.config import BlockConfig
from prompt_salience.engine.forward import Decoder, ForwardPass
from prompt_salience.engine.placement import whole
from prompt_salience.engine.positions import LayerView
from prompt_salience.engine.weights import BlockWeights
from prompt_salience.engine_client.protocol import Progress


@compiled(static=("config",), donated=("cotangents",))
def _compiled_backward(
    config: BlockConfig, weights: BlockWeights, view: LayerView, activations: Activations, cotangents: ArrayLike
) -> Array:
    return pulled_back(config, weights, view, activations, jax.numpy.asarray(cotangents))


def input_gradients(model: Decoder, run: ForwardPass, seeds: ArrayLike, progress: Progress) -> Array:
    """Pull gradients at the last layer's output back to what the first layer reads.

    Args:
        model: the model that made the forward pass.
        run: the forward pass, whose layers are read from last to first.
        seeds: gradients by the last layer's output, shape [targets, 1, length, hidden]; the length is at most that of
            the pass.
        progress: called before each layer with ``explaining``, how many are done and how many there are.

    Returns:
        Gradients by the scaled embeddings, shape [targets, length, hidden].
    """
    block = model.config.block
    cotangents = whole(block.mesh, jax.numpy.array(seeds))
    announce(progress, "backward", block, cotangents.shape, bool(run.layers[0].products))
    layers = zip(model.weights.blocks, model.views, run.layers, strict=True)
    for done, (weights, view, layer) in enumerate(reversed(tuple(layers))):
        progress("explaining", done, len(model.views))
        activations = beginning(layer, cotangents.shape[2])
        cotangents = _compiled_backward(block, weights, view, activations, cotangents).block_until_ready()
    return cotangents[:, 0]


def beginning(activations: Activations, length: int) -> Activations:
    """The activations of the first ``length`` positions."""
    if activations.layer_input.shape[1] == length:
        return activations
    return _beginning(activations, length)


@compiled(static=("length",))
def _beginning(activations: Activations, length: int) -> Activations:
    found: Activations = jax.tree_util.tree_map(lambda array: array[:, :length], activations)
    return found
