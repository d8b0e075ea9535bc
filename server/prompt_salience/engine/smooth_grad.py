"""The norm of the gradient's mean over noisy embeddings, so that one sharp bend does not decide.

Decisions:
- Noise is normal, and as large as a part of the root mean square of the sequence's embeddings. ``<bos>`` gets none: it
  is no input of the writer's.
- The noise is the same every time, so that the same question gets the same answer.

Source: Smilkov and others 2017, SmoothGrad, arXiv:1706.03825, with the norm of the mean over a token.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import jax.numpy as jnp
import numpy as np
from jax import Array

from prompt_salience.engine.methods import token_scores
from prompt_salience.engine.perturbed import as_part, at_embeddings
from prompt_salience.engine.sequence_read import Scored, SequenceRead
from prompt_salience.engine.targets import Target
from prompt_salience.engine_client.protocol import Method, Progress

SAMPLES = 16
_NOISE = 0.15


def smooth_grad(sequence: SequenceRead, targets: Sequence[Target], progress: Progress) -> Mapping[Method, Scored]:
    """Scores of targets from ``SAMPLES`` forward and backward passes."""
    gradients = mean_gradients(sequence, targets, progress)
    scale = sequence.model.config.embedding_scale
    found = token_scores(Method.GRAD_L2, scale, gradients, sequence.run.embeddings)
    return {Method.SMOOTH_GRAD: Scored(np.asarray(found, np.float64))}


def mean_gradients(sequence: SequenceRead, targets: Sequence[Target], progress: Progress) -> Array:
    """Gradients as ``SequenceRead.gradients`` has them, on average over noisy embeddings."""
    mean = sum(
        at_embeddings(sequence, noisy, part).gradients(targets, part) / SAMPLES
        for noisy, part in _samples(sequence, progress)
    )
    return jnp.asarray(mean)


def _samples(sequence: SequenceRead, progress: Progress) -> list[tuple[Array, Progress]]:
    embeddings = sequence.run.embeddings
    random, length = np.random.default_rng(0), len(sequence.run.token_ids)
    size = _NOISE * float(jnp.sqrt(jnp.mean(jnp.square(embeddings[:length].astype(jnp.float32)))))
    return [
        (
            embeddings + _noise(random, embeddings.shape, size).astype(embeddings.dtype),
            partial(as_part, progress, number, SAMPLES),
        )
        for number in range(SAMPLES)
    ]


def _noise(random: np.random.Generator, shape: tuple[int, ...], size: float) -> np.ndarray:
    noise = random.normal(0, size, shape)
    noise[0] = 0
    return noise
