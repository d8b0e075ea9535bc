"""Why this response rather than that one: scores of log p(S) − log p(S'), where S' stands in the place of S.

Decisions:
- What methods give is linear in what is explained, except for norms. Linear scores are subtracted; norms are taken of
  the difference of the gradients; attention flow, which has no sign, counts by how much it differs.
- Both share everything before the target, and only that can speak for one of them rather than the other. Tokens of S
  keep what they have for S.
- The other response may be longer: each is as likely as all of its tokens together.
- The forward pass of the other one is not kept: it is seldom asked about twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from jax import Array
from numpy.typing import NDArray

from prompt_salience.engine.explanation import SCORERS, finite
from prompt_salience.engine.forward import ForwardPass
from prompt_salience.engine.methods import token_scores
from prompt_salience.engine.sequence_read import SequenceRead
from prompt_salience.engine.smooth_grad import mean_gradients
from prompt_salience.engine.targets import Target
from prompt_salience.engine_client.protocol import Method, Progress, TokenScores

Read = Callable[[tuple[int, ...]], ForwardPass]
"""Makes the forward pass of a sequence."""

_Vectors = Callable[[SequenceRead, Sequence[Target], Progress], Array]
_OF_NORMS: Mapping[Method, _Vectors] = {Method.GRAD_L2: SequenceRead.gradients, Method.SMOOTH_GRAD: mean_gradients}


def contrasted(
    sequence: SequenceRead,
    targets: Sequence[Target],
    contrast: tuple[int, ...],
    method: Method,
    read: Read,
    progress: Progress,
) -> TokenScores:
    """Scores of targets rather than of another text, for the tokens that the forward pass covers.

    Args:
        sequence: what was read, with the targets in it.
        targets: each of them is replaced by ``contrast`` in turn.
        contrast: token ids, at least one.
        method: how tokens are scored.
        read: makes the forward pass of another sequence.
        progress: called as the method does.

    Returns:
        scores as of one response alone; of the log-probabilities, the differences.

    Raises:
        EngineError: a score or a log-probability is not a finite number.
    """
    rows, differences = [], []
    for target in targets:
        start = target[0]
        ids = (*sequence.token_ids[:start], *contrast)
        other, other_target = SequenceRead(sequence.model, ids, read(ids[:-1])), (start, len(ids))
        scorer = _norms if method in _OF_NORMS else _differences
        rows.append(scorer(method, (sequence, target), (other, other_target), progress))
        differences.append(sequence.head.log_prob(target) - other.head.log_prob(other_target))
    return finite(TokenScores(np.array(rows), np.array(differences)))


_Question = tuple[SequenceRead, Target]


def _differences(method: Method, own: _Question, other: _Question, progress: Progress) -> NDArray[np.float64]:
    found, against = (_scores(method, question, progress) for question in (own, other))
    start = own[1][0]
    found[:start] -= against[:start]
    return found if method.signed else np.abs(found)


def _scores(method: Method, question: _Question, progress: Progress) -> NDArray[np.float64]:
    sequence, target = question
    scored = SCORERS[method](sequence, (target,), progress)[method].scores[0]
    return _before(scored, sequence, target)


def _norms(method: Method, own: _Question, other: _Question, progress: Progress) -> NDArray[np.float64]:
    sequence, (start, _) = own
    mine, theirs = (_OF_NORMS[method](one, (target,), progress) for one, target in (own, other))
    gradients = mine.at[0, :start].add(-theirs[0, :start])
    scale = sequence.model.config.embedding_scale
    norms = token_scores(Method.GRAD_L2, scale, gradients, sequence.run.embeddings)
    return _before(np.asarray(norms, np.float64)[0], *own)


def _before(scores: NDArray[np.float64], sequence: SequenceRead, target: Target) -> NDArray[np.float64]:
    """The scores of tokens before the last one of a target; zero for the others that the forward pass covers."""
    row, last = np.zeros(len(sequence.run.token_ids)), target[1] - 1
    row[:last] = scores[:last]
    return row
