"""Gradients of the log-probabilities of targets by token embeddings, layer by layer, all targets at once.

With x_0 … x_{T-1} the sequence, e_i the embedding of x_i before Gemma's scaling, and S the positions of a target:
log p(S) = Σ_{t∈S} log softmax(z_{t-1})[x_t], and g_i = ∂ log p(S) / ∂e_i.

Decisions:
- The targets share one forward pass and one backward pass: the cotangents of all targets go through a layer in one
  batch.
- The backward pass of one layer is compiled once and serves all layers. It computes the layer again from its input.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike
from numpy.typing import NDArray

from prompt_salience.engine.compiling import announce, compiled
from prompt_salience.engine.config import BlockConfig
from prompt_salience.engine.decoder_block import decoder_block
from prompt_salience.engine.forward import Decoder, ForwardPass
from prompt_salience.engine.lengths import ROWS_AT_ONCE, batches
from prompt_salience.engine.logits import row_gradients
from prompt_salience.engine.positions import LayerView
from prompt_salience.engine.targets import TargetRows
from prompt_salience.engine.weights import BlockWeights
from prompt_salience.engine_client.protocol import Progress


def head_gradients(model: Decoder, run: ForwardPass, rows: TargetRows) -> tuple[NDArray[np.float64], Array]:
    """For each row the log-probability of its next token, and the gradient by the last layer's output at the row.

    Returns:
        Log-probabilities, shape [rows], float64; gradients, shape [rows, hidden].
    """
    weights, log_probs, gradients = model.weights, [], []
    for batch in batches(len(rows.positions), ROWS_AT_ONCE):
        batch_log_probs, batch_gradients = row_gradients(
            model.config, weights.embedding, weights.final_norm, run.output, rows.positions[batch], rows.next_ids[batch]
        )
        log_probs.append(np.asarray(batch_log_probs, np.float64))
        gradients.append(batch_gradients)
    return np.concatenate(log_probs), jnp.concatenate(gradients)


@compiled()
def spread(output: Array, positions: ArrayLike, members: ArrayLike, gradients: Array) -> Array:
    """Each target's rows put in their places: what the backward pass starts from.

    Args:
        output: what the last layer wrote, shape [1, length, hidden].
        positions: int32, shape [rows].
        members: ones and zeros, shape [targets, rows].
        gradients: by the output at each row, shape [rows, hidden].

    Returns:
        shape [targets, 1, length, hidden], zero where no row of the target stands.
    """
    shares = jnp.asarray(members, output.dtype)
    zeros = jnp.zeros((shares.shape[0], *output.shape), output.dtype)
    return zeros.at[:, 0, jnp.asarray(positions)].add(shares[:, :, None] * gradients)


@compiled(static=("config",), donated=("cotangents",))
def _compiled_backward(
    config: BlockConfig, weights: BlockWeights, view: LayerView, hidden: Array, cotangents: Array
) -> Array:
    _, pull_back = jax.vjp(lambda layer_input: decoder_block(config, weights, view, layer_input)[0], hidden)
    gradients: tuple[Array] = jax.vmap(pull_back)(cotangents)
    return gradients[0]


def input_gradients(model: Decoder, run: ForwardPass, seeds: Array, progress: Progress) -> Array:
    """Pull gradients at the last layer's output back to what the first layer reads.

    Args:
        model: the model that made the forward pass.
        run: the forward pass, whose layer inputs are read from last to first.
        seeds: gradients by the last layer's output, shape [targets, 1, length, hidden]; used up.
        progress: called before each layer.

    Returns:
        Gradients by the scaled embeddings, shape [targets, length, hidden].
    """
    cotangents = seeds
    announce(progress, "backward", model.config.block, seeds.shape)
    layers = zip(model.weights.blocks, model.views, run.layer_inputs, strict=True)
    for done, (weights, view, hidden) in enumerate(reversed(tuple(layers))):
        progress("explaining", done, len(model.views))
        cotangents = _compiled_backward(model.config.block, weights, view, hidden, cotangents).block_until_ready()
    return cotangents[:, 0]
