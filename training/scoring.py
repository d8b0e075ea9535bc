"""The shipped model at work: greedy answers, log-probabilities and their gradients.

Decisions
- Greedy decoding equals the gold answer exactly if every gold token is the most likely one after those
  before it; one pass over prompt and gold answer tells. Only where it is not is the answer decoded.
- Decoding recomputes the whole text for every token: few answers need it, and it cannot be wrong.
- Texts are padded to a few lengths, so that few programs are compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import jax
import jax.numpy as jnp
import numpy as np
import sentencepiece

from network import Array, Parameters, Shape, hidden_states, logits
from tokenizer import END, START

ROWS = 16
LENGTHS = (128, 192, 256, 320, 384, 448, 640, 1024)
LONGEST_ANSWER = 48

SPAN_LENGTHS = (16, 48, *LENGTHS)

Span = tuple[int, int]
T = TypeVar("T")


def padded_length(longest: int, lengths: Sequence[int] = LENGTHS) -> int:
    """Return the smallest compiled length that holds ``longest`` tokens."""
    return next(length for length in lengths if length >= longest)


def _logits_at(parameters: Parameters, embedded: Array, positions: Array, shape: Shape) -> Array:
    """Return the logits of the token after each of the positions [rows, places] as [rows, places, vocabulary]."""
    hidden = hidden_states(parameters, embedded, shape).reshape(*embedded.shape)
    chosen = jnp.take_along_axis(hidden, positions[..., None], 1)
    return logits(parameters, chosen, shape)


def _log_probabilities(parameters: Parameters, embedded: Array, tokens: Array, positions: Array, shape: Shape) -> Array:
    """Return log p(token | those before) of the tokens at the positions [rows, places], none of them the first."""
    scores = jax.nn.log_softmax(_logits_at(parameters, embedded, positions - 1, shape))
    wanted = jnp.take_along_axis(tokens, positions, 1)
    return jnp.take_along_axis(scores, wanted[..., None], -1)[..., 0]


@dataclass
class Model:
    """Weights and tokenizer, with compiled functions."""

    parameters: Parameters
    shape: Shape
    pieces: sentencepiece.SentencePieceProcessor

    @cached_property
    def _score(self) -> Callable[[Array, Array], Array]:
        def score(tokens: Array, positions: Array) -> Array:
            embedded = self.parameters["embedding"][tokens]
            return _log_probabilities(self.parameters, embedded, tokens, positions, self.shape)

        return jax.jit(score)

    @cached_property
    def _most_likely(self) -> Callable[[Array, Array], Array]:
        def most_likely(tokens: Array, positions: Array) -> Array:
            embedded = self.parameters["embedding"][tokens]
            return _logits_at(self.parameters, embedded, positions, self.shape).argmax(-1)

        return jax.jit(most_likely)

    @cached_property
    def _gradient(self) -> Callable[[Array, Array, Array], Array]:
        def target(embedded: Array, tokens: Array, positions: Array, mask: Array) -> Array:
            return (_log_probabilities(self.parameters, embedded, tokens, positions, self.shape) * mask).sum()

        def gradient(tokens: Array, positions: Array, mask: Array) -> Array:
            return jax.grad(target)(self.parameters["embedding"][tokens], tokens, positions, mask)

        return jax.jit(gradient)

    def encode(self, text: str) -> list[int]:
        """Return the token ids of a text behind ``<bos>``."""
        return [START, *self.pieces.encode(text)]

    def log_probabilities(self, texts: Sequence[list[int]], targets: Sequence[Span]) -> list[np.ndarray]:
        """Return, per token sequence, log p of the tokens in its target, a range that leaves out the first token."""
        found: list[np.ndarray] = []
        for rows, spans in zip(_row_blocks(texts), _row_blocks(targets), strict=True):
            scores = np.asarray(self._score(_padded(rows), _places(spans)))
            found += [scores[row, : last - first] for row, (first, last) in enumerate(spans)]
        return found

    def gradients(self, texts: Sequence[list[int]], targets: Sequence[Span]) -> list[np.ndarray]:
        """Return d log p(target tokens) / d embedding, [tokens, width] per text; targets are token ranges."""
        found: list[np.ndarray] = []
        for rows, spans in zip(_row_blocks(texts), _row_blocks(targets), strict=True):
            places = _places(spans)
            lengths = np.array([last - first for first, last in spans] + [0] * (ROWS - len(spans)))
            mask = np.arange(places.shape[1])[None] < lengths[:, None]
            slopes = np.asarray(self._gradient(_padded(rows), places, mask))
            found += [slopes[row, : len(ids)] for row, ids in enumerate(rows)]
        return found

    def matches(self, prompts: Sequence[str], answers: Sequence[str]) -> list[bool]:
        """Tell for every prompt whether its greedy answer is the one given, up to the end of the sequence."""
        starts = [len(self.encode(prompt)) for prompt in prompts]
        texts = [[*self.encode(prompt + answer), END] for prompt, answer in zip(prompts, answers, strict=True)]
        spans = [(start, len(ids)) for start, ids in zip(starts, texts, strict=True)]
        found: list[bool] = []
        for rows, ranges in zip(_row_blocks(texts), _row_blocks(spans), strict=True):
            best = np.asarray(self._most_likely(_padded(rows), _places(ranges) - 1))
            for row, (first, last) in enumerate(ranges):
                found.append(best[row, : last - first].tolist() == rows[row][first:last])
        return found

    def answer(self, prompts: Sequence[str]) -> list[str]:
        """Return the greedy answers."""
        blocks = _row_blocks([self.encode(prompt) for prompt in prompts])
        return [text for block in blocks for text in self._decode(block)]

    def _decode(self, block: Sequence[list[int]]) -> list[str]:
        answers: list[list[int]] = [[] for _ in block]
        for _ in range(LONGEST_ANSWER):
            texts = [[*ids, *answer] for ids, answer in zip(block, answers, strict=True)]
            last = _places([(len(ids) - 1, len(ids)) for ids in texts], width=1)
            best = np.asarray(self._most_likely(_padded(texts, room=LONGEST_ANSWER), last))
            for row, answer in enumerate(answers):
                if END not in answer:
                    answer.append(int(best[row, 0]))
            if all(END in answer for answer in answers):
                break
        return [self.pieces.decode([token for token in answer if token != END]) for answer in answers]


def _row_blocks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), ROWS):
        yield values[start : start + ROWS]


def _places(spans: Sequence[Span], width: int | None = None) -> np.ndarray:
    """Return the positions of token ranges as [ROWS, width], padded with the first range's start."""
    width = width or padded_length(max(last - first for first, last in spans), SPAN_LENGTHS)
    places = np.full((ROWS, width), spans[0][0], np.int32)
    for row, (first, last) in enumerate(spans):
        places[row, : last - first] = np.arange(first, last)
    return places


def _padded(rows: Sequence[list[int]], room: int = 0) -> np.ndarray:
    tokens = np.zeros((ROWS, padded_length(max(map(len, rows)) + room)), np.int32)
    for row, ids in enumerate(rows):
        tokens[row, : len(ids)] = ids
    return tokens
