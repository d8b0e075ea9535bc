"""How much attention flows from the rows of a target to each token, through all layers: cheap, and blind.

Decisions:
- Layer by layer, from the last to the first: half of what a position has stays where it is, as in the residual stream,
  and half goes where its heads look on average.
- It knows nothing of what is read there, nor of the response's own words. People ask for it; nobody should trust it.
- Where heads look is what a backward pass through attention gives for values one number wide: there is no matrix of
  all positions by all positions to keep.

Source: Abnar and Zuidema 2020, Quantifying Attention Flow in Transformers, arXiv:2005.00928.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike
from numpy.typing import NDArray

from prompt_salience.engine.arithmetic import rms_norm
from prompt_salience.engine.attention import attend_to_itself
from prompt_salience.engine.compiling import compiled
from prompt_salience.engine.config import BlockConfig
from prompt_salience.engine.decoder_block import queries_and_keys
from prompt_salience.engine.lengths import target_count
from prompt_salience.engine.positions import LayerView
from prompt_salience.engine.sequence_read import Scored, SequenceRead
from prompt_salience.engine.targets import Target, rows_of
from prompt_salience.engine.weights import BlockWeights
from prompt_salience.engine_client.protocol import Method, Progress


def attention_rollout(sequence: SequenceRead, targets: Sequence[Target], progress: Progress) -> Mapping[Method, Scored]:
    """Scores of targets: shares of one, before those of the response itself are left out."""
    model, run = sequence.model, sequence.run
    flow: ArrayLike = _at_rows(targets, run.embeddings.shape[0])
    layers = tuple(zip(model.weights.blocks, model.views, run.layers, strict=True))
    for done, (weights, view, layer) in enumerate(reversed(layers)):
        progress("explaining", done, len(layers))
        flow = _through_layer(model.config.block, weights, view, layer.layer_input, flow)
    return {Method.ATTENTION_ROLLOUT: Scored(np.asarray(flow, np.float64))}


def _at_rows(targets: Sequence[Target], length: int) -> NDArray[np.float32]:
    """One for each target, spread evenly over its rows."""
    flow = np.zeros((target_count(len(targets)), length), np.float32)
    for index, target in enumerate(targets):
        flow[index, list(rows_of(target))] = 1 / len(rows_of(target))
    return flow


@compiled(static=("config",))
def _through_layer(
    config: BlockConfig, weights: BlockWeights, view: LayerView, layer_input: Array, flow: ArrayLike
) -> Array:
    """From shares of positions after a layer to shares before it, both of shape [targets, length]."""
    normed = rms_norm(layer_input, weights.pre_attention_norm, config.norm_epsilon)
    query, key = queries_and_keys(config, weights, view, normed, jnp.arange(normed.shape[1]))
    after = jnp.asarray(flow, normed.dtype)

    def read(values: Array) -> Array:
        return attend_to_itself(config, query, key, values, view.window)

    narrow = jnp.zeros((*key.shape[:3], 1), normed.dtype)
    _, pull_back = jax.vjp(read, narrow)

    def looked_at(shares: Array) -> Array:
        by_head = jnp.broadcast_to(shares[None, :, None] / config.query_heads, (1, len(shares), config.query_heads))
        (values,) = pull_back(by_head)
        return jnp.sum(values[0, :, :, 0], axis=1)

    return (after + jax.vmap(looked_at)(after)) / 2
