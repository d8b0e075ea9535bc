"""The methods that cost one backward pass; the formulas stand in ``methods``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from jax import Array

from prompt_salience.engine.methods import token_scores
from prompt_salience.engine.sequence_read import Scored, SequenceRead
from prompt_salience.engine.targets import Target
from prompt_salience.engine_client.protocol import Method, Progress


def plain(sequence: SequenceRead, targets: Sequence[Target], progress: Progress) -> Mapping[Method, Scored]:
    """``grad_l2`` and ``grad_dot_input``, from the same gradients."""
    gradients = sequence.gradients(targets, progress)
    return {method: _scored(sequence, method, gradients) for method in (Method.GRAD_L2, Method.GRAD_DOT_INPUT)}


def gim(sequence: SequenceRead, targets: Sequence[Target], progress: Progress) -> Mapping[Method, Scored]:
    """Gradient times input by the rules of ``modified_backward``."""
    gradients = sequence.modified.gradients(targets, progress)
    return {Method.GIM: _scored(sequence, Method.GRAD_DOT_INPUT, gradients)}


def _scored(sequence: SequenceRead, formula: Method, gradients: Array) -> Scored:
    found = token_scores(formula, sequence.model.config.embedding_scale, gradients, sequence.run.embeddings)
    return Scored(np.asarray(found, np.float64))
