"""Integrated gradients: what each token adds on the straight way from a baseline to the input.

With e the embeddings, b the baseline and f the log-probability of a target, token i gets
(e_i − b_i) · ∫₀¹ ∂f/∂e_i at b + α(e − b) dα. The scores add up to f(e) − f(b) (completeness).

Decisions:
- The baseline is the mean embedding of the vocabulary. At the zero embedding every norm divides by next to nothing, and
  the integrand has no bound; the pad token is a token like others. ``<bos>`` stays, for it is no input of the writer's.
- The integral over a part of the way is four nodes by Gauss and Legendre. By completeness its error is known without
  more of them: it is checked against the difference of f at the ends of the part. The part that is most in error is
  halved, until the whole is within one per cent for every target, or the budget is spent.
- The residual is reported, not smoothed over.

Source: Sundararajan and others 2017, arXiv:1703.01365.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from prompt_salience.engine.arithmetic import widened
from prompt_salience.engine.compiling import compiled
from prompt_salience.engine.methods import grad_dot_input
from prompt_salience.engine.perturbed import as_part, at_embeddings
from prompt_salience.engine.sequence_read import Scored, SequenceRead
from prompt_salience.engine.targets import Target
from prompt_salience.engine_client.protocol import Method, Progress

MOST_NODES = 96
_TOLERANCE = 0.01
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(4)


def integrated_gradients(
    sequence: SequenceRead, targets: Sequence[Target], progress: Progress
) -> Mapping[Method, Scored]:
    """Scores of targets, with the residual of completeness."""
    way = _Way(sequence, targets, _baseline(sequence), progress)
    parts = [way.part(0.0, 1.0)]
    while (residuals := _residuals(parts, way)).max() > _TOLERANCE and way.nodes + 2 * len(_NODES) <= MOST_NODES:
        worst = max(parts, key=lambda part: float(np.max(np.abs(part.error) / way.scale)))
        parts.remove(worst)
        middle = (worst.start + worst.end) / 2
        parts += [way.part(worst.start, middle), way.part(middle, worst.end)]
    scores = sum((part.scores for part in parts), np.zeros_like(parts[0].scores))
    return {Method.INTEGRATED_GRADIENTS: Scored(scores, residuals)}


@dataclass(frozen=True, eq=False)
class _Part:
    """A part of the way: its scores, shape [targets, length], and how far they miss the difference, shape [targets]."""

    start: float
    end: float
    scores: NDArray[np.float64]
    error: NDArray[np.float64]


class _Way:
    """The straight way from a baseline to the embeddings of a sequence."""

    def __init__(self, sequence: SequenceRead, targets: Sequence[Target], baseline: Array, progress: Progress) -> None:
        self._sequence, self._targets, self._progress = sequence, targets, progress
        self._baseline = baseline
        self._known: dict[float, NDArray[np.float64]] = {1.0: self._log_probs(sequence)}
        self.nodes = 0
        whole = self._value(1.0) - self._value(0.0)
        self.scale = np.maximum(np.abs(whole), 1e-6)

    def part(self, start: float, end: float) -> _Part:
        """Integrate from ``start`` to ``end``."""
        places = (start + end) / 2 + (end - start) / 2 * _NODES
        weights = (end - start) / 2 * _WEIGHTS
        scores = sum(weight * self._scores(place) for place, weight in zip(places, weights, strict=True))
        found = np.asarray(scores, np.float64)
        return _Part(start, end, found, found.sum(axis=1) - (self._value(end) - self._value(start)))

    def _scores(self, place: float) -> NDArray[np.float64]:
        """Products of the gradients at a place and the whole way, shape [targets, length]."""
        part = self._counted()
        self.nodes += 1
        gradients = self._at(place, part).gradients(self._targets, part)
        scale = self._sequence.model.config.embedding_scale
        found = _products(scale, gradients, self._sequence.run.embeddings, self._baseline)
        return self._before_last_rows(np.asarray(found, np.float64)[: len(self._targets)])

    def _before_last_rows(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        for row, (_, end) in zip(scores, self._targets, strict=True):
            row[end - 1 :] = 0
        return scores

    def _value(self, place: float) -> NDArray[np.float64]:
        """The log-probabilities of the targets at a place, shape [targets]."""
        if place not in self._known:
            self._known[place] = self._log_probs(self._at(place, self._counted()))
        return self._known[place]

    def _log_probs(self, sequence: SequenceRead) -> NDArray[np.float64]:
        return np.array([sequence.head.log_prob(target) for target in self._targets])

    def _at(self, place: float, progress: Progress) -> SequenceRead:
        embeddings = self._sequence.run.embeddings
        between = self._baseline + place * (embeddings - self._baseline)
        return at_embeddings(self._sequence, between.astype(embeddings.dtype), progress)

    def _counted(self) -> Progress:
        return partial(as_part, self._progress, self.nodes, MOST_NODES)


def _baseline(sequence: SequenceRead) -> Array:
    """The mean embedding for every token but ``<bos>``, shape [length, hidden]."""
    embeddings = sequence.run.embeddings
    mean = jnp.mean(widened(sequence.model.weights.embedding), axis=0).astype(embeddings.dtype)
    return jnp.broadcast_to(mean, embeddings.shape).at[0].set(embeddings[0])


@compiled(static=("embedding_scale",))
def _products(embedding_scale: float, gradients: Array, embeddings: Array, baseline: Array) -> Array:
    length = gradients.shape[1]
    by_embedding = widened(gradients) * embedding_scale
    return grad_dot_input(by_embedding, widened(embeddings[:length]) - widened(baseline[:length]))


def _residuals(parts: Sequence[_Part], way: _Way) -> NDArray[np.float64]:
    """By what share of the difference of f the scores of all parts miss it, shape [targets]."""
    missed = sum((part.error for part in parts), np.zeros_like(parts[0].error))
    return np.abs(missed) / way.scale
