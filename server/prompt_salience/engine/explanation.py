"""Token scores of the targets of one sequence, as float64, each worked out once.

Decisions:
- All that one pass gives is kept, so that a method that costs nothing more is free. ``grad_dot_input`` and others are
  linear in the target: a span that others make up is free too.
- Targets that end early are worked off together, so that less of the sequence is read.
- A report that raises leaves what was finished before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from prompt_salience.engine.attention_rollout import attention_rollout
from prompt_salience.engine.forward import Decoder, ForwardPass
from prompt_salience.engine.integrated_gradients import integrated_gradients
from prompt_salience.engine.lengths import target_batches, targets_at_once
from prompt_salience.engine.one_backward import gim, plain
from prompt_salience.engine.sequence_read import Scored, Scorer, SequenceRead
from prompt_salience.engine.smooth_grad import smooth_grad
from prompt_salience.engine.span_sums import row_of
from prompt_salience.engine.targets import Target
from prompt_salience.engine_client.protocol import EngineError, Method, Progress, TokenScores

SCORERS: Mapping[Method, Scorer] = {
    Method.GRAD_L2: plain,
    Method.GRAD_DOT_INPUT: plain,
    Method.GIM: gim,
    Method.INTEGRATED_GRADIENTS: integrated_gradients,
    Method.SMOOTH_GRAD: smooth_grad,
    Method.ATTENTION_ROLLOUT: attention_rollout,
}


class ExplainedRun:
    """A sequence, its forward pass, and what was worked out from it so far.

    Args:
        model: the model that made the forward pass.
        token_ids: the sequence.
        run: covers the sequence, except perhaps its last tokens.
    """

    def __init__(self, model: Decoder, token_ids: tuple[int, ...], run: ForwardPass) -> None:
        self.run, self.sequence = run, SequenceRead(model, token_ids, run)
        self._rows: defaultdict[Method, dict[Target, NDArray[np.float64]]] = defaultdict(dict)
        self._residuals: dict[tuple[Method, Target], float] = {}

    def covers(self, token_ids: tuple[int, ...], end: int) -> bool:
        """Whether targets up to ``end`` of another sequence are targets of this one."""
        return end - 1 <= len(self.run.token_ids) and self.sequence.token_ids[:end] == token_ids[:end]

    def scores(self, targets: Sequence[Target], method: Method, progress: Progress) -> TokenScores:
        """Scores of all tokens that the forward pass covers, for targets that it covers too.

        Raises:
            EngineError: a score or a log-probability is not a finite number.
        """
        log_probs = np.array([self.sequence.head.log_prob(target) for target in targets])
        self._work_out(method, targets, progress)
        rows = [self._row(method, target) for target in targets]
        residuals = np.array([self._residuals.get((method, target), np.nan) for target in targets])
        return finite(TokenScores(np.array(rows, np.float64), log_probs, residuals))

    def _work_out(self, method: Method, targets: Sequence[Target], progress: Progress) -> None:
        missing = {target for target in targets if self._row(method, target) is None}
        by_end = sorted(missing, key=lambda target: (target[1], target[0]))
        most = targets_at_once(self.sequence.model.config, len(self.run.token_ids))
        batches = target_batches(len(by_end), most)
        for number, batch in enumerate(batches):
            report = partial(_report, progress, number, len(batches))
            for found, scored in SCORERS[method](self.sequence, by_end[batch], report).items():
                self._keep(found, by_end[batch], scored)

    def _row(self, method: Method, target: Target) -> NDArray[np.float64] | None:
        rows = self._rows[method]
        return row_of(rows, target) if method.additive else rows.get(target)

    def _keep(self, method: Method, targets: Sequence[Target], scored: Scored) -> None:
        for target, numbers in zip(targets, scored.scores, strict=False):
            row = np.zeros(len(self.run.token_ids))
            last_row = target[1] - 1
            # Adding zero turns a negative zero into zero.
            row[:last_row] = numbers[:last_row] + 0.0
            self._rows[method][target] = row
        if scored.residuals is not None:
            self._residuals |= {
                (method, target): float(one) for target, one in zip(targets, scored.residuals, strict=True)
            }


def _report(progress: Progress, number: int, count: int, doing: str, done: int, of: int) -> None:
    """One of several passes, as a part of all of them."""
    progress(doing, number * of + done, count * of)


def finite(result: TokenScores) -> TokenScores:
    """The result, if it is all numbers.

    Raises:
        EngineError: it is not.
    """
    if np.isfinite(result.scores).all() and np.isfinite(result.log_probs).all():
        return result
    message = (
        "The model gave scores that are not numbers. Its weights may be damaged, or too large for the number format: "
        "download the model again, or load it with the dtype float32."
    )
    raise EngineError(message)
