"""What the rows of a sequence's targets give: log-probabilities, and where a backward pass starts.

A row is a position whose logits are needed: the token after it belongs to a target. Rows do not depend on each other,
so each is worked out once, however many targets it serves, and whenever they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from jax import Array
from numpy.typing import NDArray

from prompt_salience.engine.forward import Decoder, ForwardPass
from prompt_salience.engine.lengths import ROWS_AT_ONCE, batches, padded, row_count
from prompt_salience.engine.logits import log_probs_at, row_gradients
from prompt_salience.engine.targets import Target, rows_of

_Gradient = NDArray[np.floating]


@dataclass(frozen=True)
class HeadRow:
    """The log-probability of the token after a position; its gradient by the last layer's output, shape [hidden]."""

    log_prob: float
    gradient: _Gradient


def log_probs_of(model: Decoder, output: Array, token_ids: Sequence[int], rows: range) -> NDArray[np.float64]:
    """Natural log-probabilities of the tokens after some positions.

    Args:
        model: the model.
        output: what its last layer wrote, shape [1, length, hidden].
        token_ids: the sequence.
        rows: the positions.

    Returns:
        shape [rows].
    """
    ids, weights = np.asarray(token_ids, np.int32), model.weights
    found = np.empty(len(rows))
    for batch in batches(len(rows), ROWS_AT_ONCE):
        places = np.array(rows[batch], np.int32)
        size = row_count(len(places))
        log_probs = log_probs_at(
            model.config, weights.embedding, weights.final_norm, output,
            padded(places, size), padded(ids[places + 1], size),
        )  # fmt: skip
        found[batch] = np.asarray(log_probs, np.float64)[: len(places)]
    return found


class HeadRows:
    """The rows of one sequence that were asked for so far.

    Args:
        model: the model that made the forward pass.
        token_ids: the sequence; the forward pass covers it, except perhaps its last token.
        run: the forward pass.
    """

    def __init__(self, model: Decoder, token_ids: Sequence[int], run: ForwardPass) -> None:
        self._model, self._run = model, run
        self._ids = np.asarray(token_ids, np.int32)
        self._known: dict[int, HeadRow] = {}

    def log_prob(self, target: Target) -> float:
        """The natural logarithm of a target's probability."""
        self._work_out(rows_of(target))
        return float(np.sum([self._known[row].log_prob for row in rows_of(target)]))

    def seeds(self, targets: Sequence[Target], count: int, length: int) -> _Gradient:
        """Gradients of each target's log-probability by the last layer's output.

        Args:
            targets: which end within ``length + 1`` tokens.
            count: how many there shall be, at least as many as there are.
            length: how many positions.

        Returns:
            shape [count, 1, length, hidden]; zero where no row of the target stands, and for targets made up.
        """
        self._work_out(row for target in targets for row in rows_of(target))
        output = self._run.output
        seeds = np.zeros((count, 1, length, output.shape[2]), output.dtype)
        for index, target in enumerate(targets):
            for row in rows_of(target):
                seeds[index, 0, row] = self._known[row].gradient
        return seeds

    def _work_out(self, rows: Iterable[int]) -> None:
        missing = np.array(sorted(set(rows) - self._known.keys()), np.int32)
        for batch in batches(len(missing), ROWS_AT_ONCE):
            self._work_out_batch(missing[batch])

    def _work_out_batch(self, rows: NDArray[np.int32]) -> None:
        weights, size = self._model.weights, row_count(len(rows))
        log_probs, gradients = row_gradients(
            self._model.config, weights.embedding, weights.final_norm, self._run.output,
            padded(rows, size), padded(self._ids[rows + 1], size),
        )  # fmt: skip
        found = zip(rows.tolist(), np.asarray(log_probs, np.float64).tolist(), np.asarray(gradients), strict=False)
        self._known |= {row: HeadRow(log_prob, gradient) for row, log_prob, gradient in found}
