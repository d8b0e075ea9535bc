"""What the engine does for each request, on whatever satisfies the ``Engine`` protocol."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prompt_salience.engine_client.protocol import Completion, Engine, Progress
from prompt_salience.engine_client.status import EngineState
from prompt_salience.engine_client.wire import Ablate, Explain, Generate, Load, LogProbs, Request, Tokenize

OnWritten = Callable[[Completion, int, int], None]
"""Called with a response, and how many of its tokens and characters were told of before."""

ModelRequest = Load | Tokenize | Generate | Explain | LogProbs | Ablate
"""The requests that need a model."""

_STATES: dict[type[Request[Any]], EngineState] = {
    Generate: EngineState.GENERATING,
    Explain: EngineState.EXPLAINING,
    LogProbs: EngineState.EXPLAINING,
    Ablate: EngineState.EXPLAINING,
}


def state_during(request: ModelRequest) -> EngineState:
    """What the engine is doing, as people are told, while it works on a request with its model loaded."""
    return _STATES.get(type(request), EngineState.READY)


def answer(request: ModelRequest, engine: Engine, progress: Progress, on_written: OnWritten) -> Any:
    """The answer to a request; its type is the request's ``answer``."""
    match request:
        case Load():
            return engine.info
        case Tokenize():
            return engine.tokenize(request.text, start=request.start)
        case Generate():
            return _generated(request, engine, progress, on_written)
        case Explain():
            return engine.explain(request.request, progress)
        case LogProbs():
            return engine.log_probs(request.token_ids)
        case Ablate():
            return engine.ablated(request.request, progress)


def _generated(request: Generate, engine: Engine, progress: Progress, on_written: OnWritten) -> Completion:
    """The whole response, told of while it is written."""
    tokens = characters = 0
    completion = Completion((), "", (), None)
    for completion in engine.generate(request.token_ids, request.settings, progress):
        if completion.stop_reason is None:
            on_written(completion, tokens, characters)
            tokens, characters = len(completion.tokens), len(completion.text)
    return completion
