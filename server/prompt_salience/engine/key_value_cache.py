"""Keys and values of a growing sequence, so that each token is read once.

Decisions:
- One compiled layer reads everything, in a few lengths: a piece of a prompt, a draft, a single token. The cache has
  room for the whole response from the start, so that one compiled step serves every token.
- What padding or a refuted draft wrote into the cache is never looked at: it lies after every query, and what is read
  next overwrites it.
- A pass gives each layer's cache away to the next one, which writes into the same buffers. A pass that fails in the
  middle of a layer leaves the sequence without that layer's cache, and it is not to be used again; one that is called
  off between layers leaves all pieces before its own as they were.
- Products round differently in passes of different lengths. ``exact`` counts the tokens whose keys and values are, to
  the last bit, what reading the prompt piece by piece and the response token by token writes. Of an earlier prompt
  only pieces are kept that the new one would be read in too, so that what was read before never changes a number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import jax
import numpy as np
from jax import Array, lax
from jax.typing import ArrayLike

from prompt_salience.engine.activations import Activations
from prompt_salience.engine.compiling import announce, compiled
from prompt_salience.engine.forward import Decoder, ForwardPass, embedded, padded_ids
from prompt_salience.engine.layer_cache import empty_cache, empty_states, read_layer, written
from prompt_salience.engine.lengths import draft_length, padded, prompt_pieces
from prompt_salience.engine_client.protocol import Progress

BetweenLayers = Callable[[int, Array], None]


@compiled()
def _at(hidden: Array, position: ArrayLike) -> Array:
    return lax.dynamic_slice_in_dim(hidden, position, 1, axis=1)


@compiled(static=("length",))
def _copied(arrays: tuple[Array, tuple[Activations, ...]], length: int) -> tuple[Array, tuple[Activations, ...]]:
    """The first positions, in memory of their own."""
    copies: tuple[Array, tuple[Activations, ...]] = jax.tree_util.tree_map(lambda array: array[:, :length], arrays)
    return copies


class CachedSequence:
    """A sequence that a model has read, and can read on from; begins empty.

    Attributes:
        room: number of positions in the cache.
        token_ids: what was read.
        exact: how many of these tokens, from the first, were read the plain way.
        last: what the last layer wrote at the last position, shape [1, 1, hidden].
    """

    def __init__(self, model: Decoder, room: int, *, explainable: bool = False) -> None:
        self._model, self.room = model, room
        self._caches = [empty_cache(model, room, explainable=explainable) for _ in model.views]
        self._outputs = empty_states(model, room) if explainable else None
        self._prompt: tuple[int, ...] = ()
        self._pieces: tuple[range, ...] = ()
        self.token_ids: list[int] = []
        self.exact = 0
        self.last: Array

    @property
    def bytes(self) -> int:
        """The memory that the caches take."""
        return sum(cache.bytes for cache in self._caches)

    @property
    def plain(self) -> bool:
        """Whether everything was read the plain way, so that numbers from here are those of plain decoding."""
        return self.exact == len(self.token_ids)

    @property
    def intact(self) -> bool:
        """Whether no layer's cache was lost to a pass that failed."""
        return len(self._caches) == len(self._model.views)

    def read_prompt(self, token_ids: tuple[int, ...], progress: Progress) -> None:
        """Begin again with a prompt that fits into the room, reading only what follows the pieces that are kept."""
        pieces = prompt_pieces(len(token_ids))
        kept = self._kept_pieces(token_ids, pieces)
        self._prompt, self._pieces = token_ids, pieces[:kept]
        layers = len(self._model.views)
        for done, piece in enumerate(pieces[kept:]):
            reporting = _reporting(progress, done * layers, (len(pieces) - kept) * layers)
            announce(progress, "read", self._model.config.block, len(piece), self.room)
            hidden = self._read(token_ids[piece.start : piece.stop], len(piece), piece.start, reporting)
            self._pieces += (piece,)
        self.token_ids, self.exact = list(token_ids), len(token_ids)
        self.last = _at(hidden, np.int32(len(token_ids) - 1 - pieces[-1].start))

    def append(self, token_id: int) -> None:
        """Read one more token, the plain way."""
        self.accept((token_id,), self.tried((token_id,), _nothing))

    def tried(self, token_ids: Sequence[int], report: Callable[[], None]) -> Array:
        """Read tokens in one pass, for the time being; ``report`` is called before each layer, and may raise.

        Returns:
            What the last layer wrote for each token, and for padding after them; shape [1, draft length, hidden].
        """
        return self._read(
            token_ids, draft_length(len(token_ids)), len(self.token_ids), lambda _layer, _hidden: report()
        )

    def accept(self, token_ids: Sequence[int], hidden: Array) -> None:
        """Make the first of the tokens that were tried last, at least one, part of the sequence."""
        self.exact += self.plain and hidden.shape[1] == 1
        self.token_ids += token_ids
        self.last = _at(hidden, np.int32(len(token_ids) - 1))

    def settle(self, report: Callable[[], None]) -> None:
        """Read the plain way what was read otherwise; ``report`` is called before each token, and may raise."""
        later = self.token_ids[self.exact :]
        del self.token_ids[self.exact :]
        for token_id in later:
            report()
            self.append(token_id)

    def forward_pass(self, token_ids: tuple[int, ...]) -> ForwardPass | None:
        """The forward pass of tokens that were read, from the first, or None if they were not, or nothing was kept."""
        outputs, activations = self._outputs, [cache.activations for cache in self._caches]
        if outputs is None or not self.intact or tuple(self.token_ids[: len(token_ids)]) != token_ids:
            return None
        layers = tuple(kept for kept in activations if kept is not None)
        ids, model = padded_ids(token_ids), self._model
        output, layers = _copied((outputs, layers), len(ids))
        embeddings, _ = embedded(model.config.embedding_scale, model.weights.embedding, ids)
        return ForwardPass(token_ids, embeddings, layers, output)

    def _kept_pieces(self, token_ids: tuple[int, ...], pieces: tuple[range, ...]) -> int:
        """How many pieces need not be read again; never the last, whose output is wanted."""
        common = _common_length(token_ids, self._prompt)
        same = _common_length(pieces[:-1], self._pieces)
        return sum(piece.stop <= common for piece in pieces[:same])

    def _read(self, token_ids: Sequence[int], length: int, start: int, between_layers: BetweenLayers) -> Array:
        """Run tokens, padded to ``length``, through all layers; shape [1, length, hidden]."""
        model, ids = self._model, padded(np.asarray(token_ids, np.int32), length)
        _, hidden = embedded(model.config.embedding_scale, model.weights.embedding, ids)
        for index, (weights, view) in enumerate(zip(model.weights.blocks, model.views, strict=True)):
            between_layers(index, hidden)
            cache = self._caches.pop(index)
            hidden, cache = read_layer(model.config.block, weights, view, hidden, np.int32(start), cache)
            self._caches.insert(index, cache)
        if self._outputs is not None:
            self._outputs = written(self._outputs, hidden, np.int32(start))
        return hidden


def _common_length(left: Sequence[object], right: Sequence[object]) -> int:
    """How many items two sequences have in common from their start."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((index for index, (one, other) in pairs if one != other), min(len(left), len(right)))


def _reporting(progress: Progress, before: int, layers: int) -> BetweenLayers:
    """Wait for each layer and report it, with those before it: a report that raises calls the pass off at once."""

    def report(layer: int, hidden: Array) -> None:
        hidden.block_until_ready()
        progress("reading", before + layer, layers)

    return report


def _nothing() -> None:
    """Say nothing: one token is soon read."""
