"""A rendered prompt to a run: the model completes it, or reads a response that is given.

Decisions:
- The engine is whatever satisfies ``Engine``: in this process, in another, or scripted by a test.
- A response that the model wrote keeps its token ids, also after a changed prompt; only a response given by hand is
  tokenised, or one that another model wrote: ids mean nothing to a model with other tokens.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from unicodedata import east_asian_width

from prompt_salience.engine_client.protocol import (
    Completion,
    ContextOverflowError,
    Engine,
    ModelInfo,
    Progress,
    SamplingSettings,
    StopReason,
    Token,
    no_progress,
)
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.rendered import RenderedPrompt


class RequestError(Exception):
    """What was asked does not fit the response: a target that is not there, or a response without text."""


@dataclass(frozen=True)
class Run:
    """What a model read and wrote.

    Attributes:
        model: who wrote it.
        sampling: how the response was chosen; where it is given, how the model would choose one.
        prompt: what it read.
        prompt_tokens: the prompt's tokens, ``<bos>`` first.
        completion: the response; its token ranges count from the response's start.
        case: the name of the case that filled the template.
        documents: the texts that the prompt's source map points into, by path.
        seconds_per_token: how long a token of the prompt took to be read, as far as that was measured: what the
            response began with is counted in, and what was remembered of an earlier prompt makes it less.
    """

    model: ModelInfo
    sampling: SamplingSettings
    prompt: RenderedPrompt
    prompt_tokens: tuple[Token, ...]
    completion: Completion
    case: str = ""
    documents: Mapping[str, Document] = field(default_factory=dict)
    seconds_per_token: float | None = None


@dataclass(frozen=True)
class Filled:
    """A prompt that is ready to be read: rendered from which case, and from which texts."""

    prompt: RenderedPrompt
    case: str = ""
    documents: Mapping[str, Document] = field(default_factory=dict)


CompletionListener = Callable[[Completion], None]


def complete(
    engine: Engine,
    filled: Filled,
    sampling: SamplingSettings,
    *,
    progress: Progress = no_progress,
    on_completion: CompletionListener | None = None,
) -> Run:
    """Have the model write a response.

    Raises:
        RequestError: the model wrote nothing.
        EngineError: the model cannot read the prompt or failed.
    """
    tokens = engine.tokenize(filled.prompt.text, start=True)
    completion, started, until_first = Completion((), "", (), None), time.monotonic(), None
    for completion in engine.generate([token.id for token in tokens], sampling, progress):
        until_first = until_first or time.monotonic() - started
        if on_completion:
            on_completion(completion)
    _refuse_empty(completion)
    run = _run(engine, filled, sampling, tokens, completion)
    return replace(run, seconds_per_token=until_first / len(tokens) if until_first else None)


def read(engine: Engine, filled: Filled, response: str, sampling: SamplingSettings | None = None) -> Run:
    """Take a response given by hand instead of writing one.

    A blank is put before it where prompt and response would otherwise run together, because the same word with and
    without one is not the same token. ``sampling`` is how the model would choose a response of its own.

    Raises:
        RequestError: the response is empty.
        EngineError: the model cannot read prompt and response.
    """
    text = set_off(filled.prompt.text, response)
    completion = Completion(engine.tokenize(text, start=False), text, (), StopReason.GIVEN)
    _refuse_empty(completion)
    tokens = engine.tokenize(filled.prompt.text, start=True)
    return _run(engine, filled, sampling or SamplingSettings(), tokens, completion)


def reread(engine: Engine, filled: Filled, run: Run) -> Run:
    """The response of ``run``, by its very tokens, after another prompt; for another model, as if given by hand.

    Raises:
        EngineError: the model cannot read prompt and response.
    """
    tokens = engine.tokenize(filled.prompt.text, start=True)
    return _run(engine, filled, run.sampling, tokens, _as_read_by(engine, run))


def check_length(engine: Engine, filled: Filled) -> None:
    """See whether the model can read a prompt and answer it.

    Raises:
        ContextOverflowError: it is too long.
        EngineError: the model failed.
    """
    tokens = len(engine.tokenize(filled.prompt.text, start=True))
    if tokens >= engine.info.context_length:
        raise ContextOverflowError(tokens, engine.info.context_length)


def set_off(prompt: str, response: str) -> str:
    """The response, with a blank before it where it would run together with the prompt.

    Scripts that are written without blanks between words, such as Chinese, get none.
    """
    if not prompt or not response or prompt[-1].isspace() or not response[0].isalnum():
        return response
    return response if east_asian_width(response[0]) in "WF" else " " + response


def _run(
    engine: Engine, filled: Filled, sampling: SamplingSettings, tokens: Sequence[Token], completion: Completion
) -> Run:
    _refuse_too_long(len(tokens) + len(completion.tokens), engine.info)
    return Run(engine.info, sampling, filled.prompt, tuple(tokens), completion, filled.case, dict(filled.documents))


def _as_read_by(engine: Engine, run: Run) -> Completion:
    if replace(run.model, dtype=engine.info.dtype) == engine.info:
        return replace(run.completion, log_probs=())
    text = run.completion.text
    return Completion(engine.tokenize(text, start=False), text, (), StopReason.GIVEN)


def _refuse_too_long(tokens: int, model: ModelInfo) -> None:
    if tokens > model.context_length:
        raise ContextOverflowError(tokens, model.context_length, "The prompt and the response together have")


def _refuse_empty(completion: Completion) -> None:
    if completion.text.strip():
        return
    if completion.stop_reason is StopReason.GIVEN:
        message = "The response given by hand is empty: there is nothing to explain."
    elif completion.stop_reason is StopReason.TOKEN_BUDGET:
        message = "The model wrote no text before its budget of new tokens was used up. Raise the budget."
    else:
        message = (
            "The model ended its response at once, so there is nothing to explain. "
            "Check how the prompt ends, or give the response to explain by hand."
        )
    raise RequestError(message)
