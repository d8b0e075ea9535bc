"""A model in the engine process, as the ``Engine`` protocol describes it: to be used in a worker thread.

Decisions:
- The model is named in every request, so that a process which was started anew, or runs another model by now, loads it.
- Every call stops with ``Cancelled`` as soon as the work it belongs to is cancelled, whatever the process is doing.
- A response that is written again after the process died is passed over until there is more than was handed out.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from prompt_salience.engine_client.cancellation import Cancellation
from prompt_salience.engine_client.protocol import (
    AblateRequest,
    Completion,
    ExplainRequest,
    ModelInfo,
    Progress,
    SamplingSettings,
    Token,
    TokenScores,
    no_progress,
)
from prompt_salience.engine_client.wire import (
    Ablate,
    Explain,
    Generate,
    Load,
    LogProbs,
    ModelAddress,
    Progressed,
    Report,
    Request,
    Tokenize,
    Written,
)

Answer = TypeVar("Answer")


class Exchanges(Protocol):
    """What carries requests to an engine process, and their answers back."""

    def exchange(self, request: Request[Answer], cancellation: Cancellation) -> Generator[Report, None, Answer]:
        """Send a request, yield what is reported about it, and return its answer. Closing it cancels the request."""
        ...


def load_remote(
    process: Exchanges, model: ModelAddress, cancellation: Cancellation, progress: Progress = no_progress
) -> RemoteEngine:
    """Have the process load a model; what ``cancellation`` calls off is this, and every call of the engine."""
    info = _answer(process.exchange(Load(model), cancellation), progress)
    return RemoteEngine(process, model, info, cancellation)


class RemoteEngine:
    """A model that runs in another process.

    Every method may raise, besides what the engine itself raises:
        Cancelled: the work was called off.
        EngineDiedError: the process died of this request twice, or cannot be started any more.
    """

    def __init__(self, process: Exchanges, model: ModelAddress, info: ModelInfo, cancellation: Cancellation) -> None:
        self._process, self._model, self._info, self._cancellation = process, model, info, cancellation

    @property
    def info(self) -> ModelInfo:
        """What is loaded."""
        return self._info

    def tokenize(self, text: str, *, start: bool) -> tuple[Token, ...]:
        """Tokens of ``text``; with ``start`` the special ``<bos>`` comes first."""
        return self._ask(Tokenize(self._model, text, start))

    def generate(
        self, token_ids: Sequence[int], settings: SamplingSettings, progress: Progress = no_progress
    ) -> Iterator[Completion]:
        """The response to a prompt, longer by at least one token each time; close the iterator to stop.

        Nothing is asked of the engine before the first is waited for.
        """
        request = Generate(self._model, tuple(token_ids), settings)
        so_far, handed_out = Completion((), "", (), None), 0
        with closing(self._process.exchange(request, self._cancellation)) as exchange:
            while isinstance(report := _next(exchange), Progressed | Written):
                if isinstance(report, Progressed):
                    progress(report.doing, report.done, report.of)
                    continue
                so_far = _longer(so_far, report)
                if len(so_far.tokens) > handed_out:
                    handed_out = len(so_far.tokens)
                    yield so_far
        yield report

    def explain(self, request: ExplainRequest, progress: Progress = no_progress) -> TokenScores:
        """Token scores of every target, to the precision of float32."""
        return self._ask(Explain(self._model, request), progress)

    def log_probs(self, token_ids: Sequence[int]) -> NDArray[np.float64]:
        """Natural log-probability of each token after the first, to the precision of float32; shape (tokens - 1,)."""
        return self._ask(LogProbs(self._model, tuple(token_ids)))

    def ablated(self, request: AblateRequest, progress: Progress = no_progress) -> NDArray[np.float64]:
        """Natural log-probability of each token of the response after each version, to the precision of float32."""
        return self._ask(Ablate(self._model, request), progress)

    def _ask(self, request: Request[Answer], progress: Progress = no_progress) -> Answer:
        return _answer(self._process.exchange(request, self._cancellation), progress)


def _answer(exchange: Generator[Report, None, Answer], progress: Progress) -> Answer:
    with closing(exchange):
        while isinstance(report := _next(exchange), Report):
            if isinstance(report, Progressed):
                progress(report.doing, report.done, report.of)
    return report


def _next(exchange: Generator[Report, Any, Answer]) -> Report | Answer:
    """What is reported next, or at last the answer."""
    try:
        return next(exchange)
    except StopIteration as end:
        answer: Answer = end.value
        return answer


def _longer(so_far: Completion, written: Written) -> Completion:
    """A response and what was written after its first tokens."""
    return Completion(
        (*so_far.tokens[: written.start], *written.tokens),
        so_far.text[: written.text_start] + written.text,
        (*so_far.log_probs[: written.start], *written.log_probs),
        None,
    )
