"""A Gemma model in this process, as the ``Engine`` protocol describes it.

Decisions:
- Every request carries the token ids it is about. What is kept between requests only saves time, and has bounds: of
  the last explained sequence the forward pass and the scores, so that a target that is asked for again is free and
  another one costs one backward pass; of the last run what ``LastRun`` says.
- A sequence is read whole, so that any target of it can be asked for later, and not at all if the run that wrote it was
  just read. A backward pass goes no further than to its last target.
- A progress report that raises leaves the engine as it was: the forward pass is kept only when it is whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from prompt_salience.engine.ablation import response_log_probs
from prompt_salience.engine.contrast import contrasted
from prompt_salience.engine.explanation import ExplainedRun
from prompt_salience.engine.forward import Decoder, ForwardPass, forward
from prompt_salience.engine.free_memory import device_memory
from prompt_salience.engine.generation import generated
from prompt_salience.engine.head_rows import log_probs_of
from prompt_salience.engine.last_run import LastRun
from prompt_salience.engine.layer_cache import activation_bytes
from prompt_salience.engine.lengths import bucket_length
from prompt_salience.engine.sampling import check_settings
from prompt_salience.engine.spare_memory import spare_bytes
from prompt_salience.engine.targets import check_targets
from prompt_salience.engine.tokenizer import Tokenizer
from prompt_salience.engine_client.protocol import (
    AblateRequest,
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


class GemmaEngine:
    """Runs and differentiates one loaded model; not for several threads at once."""

    def __init__(self, info: ModelInfo, model: Decoder, tokenizer: Tokenizer) -> None:
        self._info, self._model, self._tokenizer = info, model, tokenizer
        self._kept_bytes = spare_bytes(device_memory(info.devices))
        self._explained: ExplainedRun | None = None
        self._last_run = LastRun(self._kept_bytes)

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
            ValueError: a target is empty or lies outside the sequence, a token id is not the model's, or the method
                ablates.
        """
        ids = self._checked(request.token_ids, self._info.context_length)
        check_targets(request.targets, len(ids))
        if request.method.ablates:
            message = f"{request.method} leaves units out of a prompt, of which an engine knows nothing: see ablated()."
            raise ValueError(message)
        explained = self._explained_to(ids, max(end for _, end in request.targets), progress)
        if request.contrast:
            found = self._contrasted(explained, request, progress)
        else:
            found = explained.scores(request.targets, request.method, progress)
        return replace(found, scores=_widened(found.scores, len(ids)))

    def log_probs(self, token_ids: Sequence[int]) -> NDArray[np.float64]:
        """Natural log-probability of each token after the first given those before it, shape (tokens - 1,).

        Raises:
            ContextOverflowError: the sequence is longer than the model reads.
            ValueError: a token id is not the model's.
        """
        ids = self._checked(token_ids, self._info.context_length)
        if len(ids) == 1:
            return np.zeros(0, np.float64)
        run = self._explained_to(ids, len(ids), no_progress).run
        return log_probs_of(self._model, run.output, ids, range(len(ids) - 1))

    def _contrasted(self, explained: ExplainedRun, request: ExplainRequest, progress: Progress) -> TokenScores:
        other = self._checked(request.contrast, self._info.context_length - max(start for start, _ in request.targets))
        return contrasted(
            explained.sequence,
            request.targets,
            other,
            request.method,
            lambda ids: self._forward(ids, progress),
            progress,
        )

    def _explained_to(self, token_ids: tuple[int, ...], end: int, progress: Progress) -> ExplainedRun:
        """A sequence whose forward pass covers targets up to ``end``: the kept one, or a new one."""
        if self._explained is not None and self._explained.covers(token_ids, end):
            return self._explained
        self._explained = None
        explained = ExplainedRun(self._model, token_ids, self._forward(token_ids[:-1], progress))
        if explained.run.bytes <= self._kept_bytes:
            self._explained = explained
        return explained

    def ablated(self, request: AblateRequest, progress: Progress = no_progress) -> NDArray[np.float64]:
        """Natural log-probability of each token of the response after each version, shape (versions, tokens).

        Raises:
            ContextOverflowError: a version and the response are together longer than the model reads.
            EngineError: a log-probability is not a number.
            ValueError: a version or the response is empty, ``<bos>`` is hidden, or a token id is not the model's.
        """
        for prompt in request.prompts:
            self._checked((*prompt, *request.response), self._info.context_length)
        return response_log_probs(self._model, request, progress)

    def _forward(self, token_ids: tuple[int, ...], progress: Progress) -> ForwardPass:
        """The forward pass of a sequence: that of the last run, or a new one."""
        keep_products = activation_bytes(self._model, bucket_length(len(token_ids))) <= self._kept_bytes
        return self._last_run.forward_pass(token_ids) or forward(
            self._model, token_ids, progress, keep_products=keep_products
        )

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


def _widened(scores: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Scores of as many tokens as a sequence has; those after the last target have none."""
    return np.pad(scores[:, :length], ((0, 0), (0, max(length - scores.shape[1], 0))))
