"""Keys and values of a growing sequence, so that each new token is read once.

Decisions:
- A prompt is read padded to its bucket; its cache has room for the whole response from the start, padded to a bucket
  too, so that one compiled step serves every token.
- What padding wrote into the cache is never looked at: it lies after every query, and new tokens overwrite it.
- A step gives its cache away to the next one, which writes into the same buffers.
"""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.typing import ArrayLike

from prompt_salience.engine.compiling import announce, compiled
from prompt_salience.engine.config import BlockConfig
from prompt_salience.engine.decoder_block import KeyValueCache, decoder_block
from prompt_salience.engine.forward import Decoder, embedded, padded_ids
from prompt_salience.engine.lengths import bucket_length
from prompt_salience.engine.positions import LayerView
from prompt_salience.engine.weights import BlockWeights
from prompt_salience.engine_client.protocol import Progress


@compiled(static=("config", "room"))
def _read_layer(
    config: BlockConfig, weights: BlockWeights, view: LayerView, hidden: Array, room: int
) -> tuple[Array, KeyValueCache]:
    """Run one layer over a prompt; its cache gets ``room`` positions."""
    hidden, cache = decoder_block(config, weights, view, hidden)
    widths = ((0, 0), (0, room - hidden.shape[1]), (0, 0), (0, 0))
    return hidden, KeyValueCache(jnp.pad(cache.key, widths), jnp.pad(cache.value, widths))


@compiled(static=("config",), donated=("cache",))
def _step_layer(
    config: BlockConfig, weights: BlockWeights, view: LayerView, hidden: Array, start: ArrayLike, cache: KeyValueCache
) -> tuple[Array, KeyValueCache]:
    return decoder_block(config, weights, view, hidden, start, cache)


@compiled()
def _at(hidden: Array, position: ArrayLike) -> Array:
    return lax.dynamic_slice_in_dim(hidden, position, 1, axis=1)


class CachedSequence:
    """A sequence that a model has read, and can read on from. ``length`` counts its tokens."""

    def __init__(self, model: Decoder, token_ids: tuple[int, ...], room: int, progress: Progress) -> None:
        """Read a prompt; ``room`` is the number of tokens that the sequence may grow to, at least the prompt's.

        After this, ``last`` is what the last layer wrote at the last position, shape [1, 1, hidden].
        """
        self._model, self.length = model, len(token_ids)
        self._caches: list[KeyValueCache] = []
        ids = padded_ids(token_ids)
        announce(progress, "read", model.config.block, len(ids), bucket_length(room))
        _, hidden = embedded(model.config.embedding_scale, model.weights.embedding, ids)
        for index, (weights, view) in enumerate(zip(model.weights.blocks, model.views, strict=True)):
            progress("reading", index, len(model.views))
            hidden, cache = _read_layer(model.config.block, weights, view, hidden, bucket_length(room))
            self._caches.append(cache)
            hidden.block_until_ready()
        self.last = _at(hidden, np.int32(self.length - 1))

    def append(self, token_id: int) -> None:
        """Read one more token."""
        model, position = self._model, np.int32(self.length)
        ids = np.array([token_id], np.int32)
        _, hidden = embedded(model.config.embedding_scale, model.weights.embedding, ids)
        for index, (weights, view) in enumerate(zip(model.weights.blocks, model.views, strict=True)):
            hidden, self._caches[index] = _step_layer(
                model.config.block, weights, view, hidden, position, self._caches[index]
            )
        self.last, self.length = hidden, self.length + 1
