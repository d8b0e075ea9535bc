"""Token scores of all targets of one sequence, in batches, as float64."""

from __future__ import annotations

import numpy as np
from jax import Array
from numpy.typing import NDArray

from prompt_salience.engine.forward import Decoder, ForwardPass
from prompt_salience.engine.gradients import head_gradients, input_gradients, spread
from prompt_salience.engine.lengths import batches, padded, target_count, targets_at_once
from prompt_salience.engine.methods import token_scores
from prompt_salience.engine.targets import TargetRows, Targets, target_rows
from prompt_salience.engine_client.protocol import EngineError, Method, Progress, TokenScores


def explained(model: Decoder, run: ForwardPass, targets: Targets, method: Method, progress: Progress) -> TokenScores:
    """Token scores of all targets of a forward pass.

    Raises:
        EngineError: a score or a log-probability is not a finite number.
    """
    rows = target_rows(run.token_ids, targets)
    log_probs, head = head_gradients(model, run, rows)
    scores = [
        _scores(method, model, run, _gradients(model, run, rows, batch, head, progress))[: batch.stop - batch.start]
        for batch in batches(len(targets), targets_at_once(model.config.block.query_heads, run.output.shape[1]))
    ]
    return _finite(TokenScores(np.concatenate(scores), rows.members.astype(np.float64) @ log_probs))


def _gradients(
    model: Decoder, run: ForwardPass, rows: TargetRows, batch: slice, head: Array, progress: Progress
) -> Array:
    members = rows.members[batch]
    members = padded(members, target_count(len(members)))
    return input_gradients(model, run, spread(run.output, rows.positions, members, head), progress)


def _scores(method: Method, model: Decoder, run: ForwardPass, gradients: Array) -> NDArray[np.float64]:
    scores = token_scores(method, model.config.embedding_scale, gradients, run.embeddings)
    # Adding zero turns a negative zero into zero.
    return np.asarray(scores, np.float64)[:, : len(run.token_ids)] + 0.0


def _finite(result: TokenScores) -> TokenScores:
    if np.isfinite(result.scores).all() and np.isfinite(result.log_probs).all():
        return result
    message = (
        "The model gave scores that are not numbers. Its weights may be damaged, or too large for the number format: "
        "download the model again, or load it with the dtype float32."
    )
    raise EngineError(message)
