"""A Gemma model in this process, as the ``Engine`` protocol describes it.

Decisions:
- Every request carries the token ids it is about. What is kept between requests only saves time, and has bounds: of
  the last explained sequence the forward pass, so that another target or method of the same run costs one backward
  pass, not beyond half a GiB; of the last run what ``LastRun`` says.
- A progress report that raises leaves the engine as it was: the forward pass is kept only when it is whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from prompt_salience.engine.explanation import explained
from prompt_salience.engine.forward import Decoder, ForwardPass, forward
from prompt_salience.engine.generation import generated
from prompt_salience.engine.last_run import LastRun
from prompt_salience.engine.lengths import ROWS_AT_ONCE, batches
from prompt_salience.engine.logits import log_probs_at
from prompt_salience.engine.sampling import check_settings
from prompt_salience.engine.targets import check_targets, target_rows
from prompt_salience.engine.tokenizer import Tokenizer
from prompt_salience.engine_client.protocol import (
    Completion,
    ContextOverflowError,
    ExplainRequest,
    ModelInfo,
    Progress,
    SamplingSettings,
    Token,
    TokenScores,
    no_progress,
)

_KEPT_BYTES = 512 * 1024 * 1024


class GemmaEngine:
    """Runs and differentiates one loaded model; not for several threads at once."""

    def __init__(self, info: ModelInfo, model: Decoder, tokenizer: Tokenizer) -> None:
        self._info, self._model, self._tokenizer = info, model, tokenizer
        self._last: ForwardPass | None = None
        self._last_run = LastRun()

    @property
    def info(self) -> ModelInfo:
        """What is loaded."""
        return self._info

    def tokenize(self, text: str, *, start: bool) -> tuple[Token, ...]:
        """Tokens of ``text``; with ``start`` the special ``<bos>`` comes first.

        Raises:
            EngineError: the text cannot be encoded as UTF-8.
        """
        tokens = self._tokenizer.tokens(text)
        return (self._tokenizer.start_token, *tokens) if start else tokens

    def generate(
        self, token_ids: Sequence[int], settings: SamplingSettings, progress: Progress = no_progress
    ) -> Iterator[Completion]:
        """The response to a prompt, longer by at least one token each time; the last one says why it ended.

        Closing the iterator stops at once.

        Raises:
            ContextOverflowError: the prompt leaves no room for a response.
            EngineError: the model's log-probabilities are not numbers.
            ValueError: a setting means nothing, or a token id is not the model's.
        """
        check_settings(settings)
        ids = self._checked(token_ids, self._info.context_length - 1)
        return generated(self._model, self._tokenizer, self._last_run, ids, settings, progress)

    def explain(self, request: ExplainRequest, progress: Progress = no_progress) -> TokenScores:
        """Token scores of every target.

        Raises:
            ContextOverflowError: the sequence is longer than the model reads.
            EngineError: a score is not a number.
            ValueError: a target is empty or lies outside the sequence, or a token id is not the model's.
        """
        ids = self._checked(request.token_ids, self._info.context_length)
        check_targets(request.targets, len(ids))
        return explained(self._model, self._forward(ids, progress), request.targets, request.method, progress)

    def log_probs(self, token_ids: Sequence[int]) -> NDArray[np.float64]:
        """Natural log-probability of each token after the first given those before it, shape (tokens - 1,).

        Raises:
            ContextOverflowError: the sequence is longer than the model reads.
            ValueError: a token id is not the model's.
        """
        ids = self._checked(token_ids, self._info.context_length)
        if len(ids) == 1:
            return np.zeros(0, np.float64)
        run, weights = self._forward(ids, no_progress), self._model.weights
        rows = target_rows(ids, ((1, len(ids)),))
        found = [
            log_probs_at(
                self._model.config, weights.embedding, weights.final_norm, run.output,
                rows.positions[batch], rows.next_ids[batch],
            )
            for batch in batches(len(rows.positions), ROWS_AT_ONCE)
        ]  # fmt: skip
        return np.concatenate(found).astype(np.float64)[: len(ids) - 1]

    def _forward(self, token_ids: tuple[int, ...], progress: Progress) -> ForwardPass:
        """The forward pass of a sequence: the kept one, or a new one."""
        if self._last is not None and self._last.token_ids == token_ids:
            return self._last
        self._last = None
        run = forward(self._model, token_ids, progress)
        if run.bytes <= _KEPT_BYTES:
            self._last = run
        return run

    def _checked(self, token_ids: Sequence[int], longest: int) -> tuple[int, ...]:
        ids = tuple(int(token_id) for token_id in token_ids)
        if not ids:
            message = "The sequence is empty: it needs at least the token <bos>."
            raise ValueError(message)
        if len(ids) > longest:
            raise ContextOverflowError(len(ids), self._info.context_length)
        if min(ids) < 0 or max(ids) >= self._model.config.vocabulary_size:
            message = f"Token ids must lie from 0 to {self._model.config.vocabulary_size - 1}."
            raise ValueError(message)
        return ids
