"""Token scores of the targets of one sequence, as float64, each worked out once.

Decisions:
- All that one backward pass gives is kept, so that another method of the same target is free. ``grad_dot_input`` is
  linear in the target: a span that others make up is free too.
- Targets that end early are worked off together, so that less of the sequence is read.
- A report that raises leaves what was finished before.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from prompt_salience.engine.forward import Decoder, ForwardPass
from prompt_salience.engine.gradients import input_gradients
from prompt_salience.engine.head_rows import HeadRows
from prompt_salience.engine.lengths import bucket_length, target_batches, target_count, targets_at_once
from prompt_salience.engine.methods import token_scores
from prompt_salience.engine.span_sums import row_of
from prompt_salience.engine.targets import Target
from prompt_salience.engine_client.protocol import EngineError, Method, Progress, TokenScores

Rows = dict[Target, NDArray[np.float64]]
_ONE_BACKWARD = (Method.GRAD_L2, Method.GRAD_DOT_INPUT)


class ExplainedRun:
    """A sequence, its forward pass, and what was worked out from it so far.

    Args:
        model: the model that made the forward pass.
        token_ids: the sequence.
        run: covers the sequence, except perhaps its last tokens.
    """

    def __init__(self, model: Decoder, token_ids: tuple[int, ...], run: ForwardPass) -> None:
        self._model, self._ids, self.run = model, token_ids, run
        self._head = HeadRows(model, token_ids, run)
        self._rows: dict[Method, Rows] = {method: {} for method in _ONE_BACKWARD}

    def covers(self, token_ids: tuple[int, ...], end: int) -> bool:
        """Whether targets up to ``end`` of another sequence are targets of this one."""
        return end - 1 <= len(self.run.token_ids) and self._ids[:end] == token_ids[:end]

    def scores(self, targets: Sequence[Target], method: Method, progress: Progress) -> TokenScores:
        """Scores of all tokens that the forward pass covers, for targets that it covers too.

        Raises:
            EngineError: a score or a log-probability is not a finite number.
        """
        log_probs = np.array([self._head.log_prob(target) for target in targets])
        self._work_out(method, targets, progress)
        rows = [self._row(method, target) for target in targets]
        return _finite(TokenScores(np.array(rows, np.float64), log_probs))

    def _work_out(self, method: Method, targets: Sequence[Target], progress: Progress) -> None:
        missing = {target for target in targets if self._row(method, target) is None}
        by_end = sorted(missing, key=lambda target: (target[1], target[0]))
        batches = target_batches(len(by_end), targets_at_once(self._model.config, len(self.run.token_ids)))
        for number, batch in enumerate(batches):
            self._explain(by_end[batch], partial(_report, progress, number, len(batches)))

    def _row(self, method: Method, target: Target) -> NDArray[np.float64] | None:
        rows = self._rows[method]
        return row_of(rows, target) if method is Method.GRAD_DOT_INPUT else rows.get(target)

    def _explain(self, targets: Sequence[Target], progress: Progress) -> None:
        """One backward pass."""
        whole = self.run.embeddings.shape[0]
        length = min(bucket_length(targets[-1][1] - 1), whole)
        seeds = self._head.seeds(targets, target_count(len(targets)), length)
        gradients = input_gradients(self._model, self.run, seeds, progress)
        for method in _ONE_BACKWARD:
            found = token_scores(method, self._model.config.embedding_scale, gradients, self.run.embeddings)
            self._keep(method, targets, np.asarray(found, np.float64))

    def _keep(self, method: Method, targets: Sequence[Target], found: NDArray[np.float64]) -> None:
        for target, numbers in zip(targets, found, strict=False):
            row = np.zeros(len(self.run.token_ids))
            last_row = target[1] - 1
            # Adding zero turns a negative zero into zero.
            row[:last_row] = numbers[:last_row] + 0.0
            self._rows[method][target] = row


def _report(progress: Progress, number: int, count: int, doing: str, done: int, of: int) -> None:
    """One of several passes, as a part of all of them."""
    progress(doing, number * of + done, count * of)


def _finite(result: TokenScores) -> TokenScores:
    if np.isfinite(result.scores).all() and np.isfinite(result.log_probs).all():
        return result
    message = (
        "The model gave scores that are not numbers. Its weights may be damaged, or too large for the number format: "
        "download the model again, or load it with the dtype float32."
    )
    raise EngineError(message)
