"""The engine process's loop: requests in, reports and answers out.

Decisions:
- Two threads. The main one computes, one request after the other in the order they came. The other reads, so that a
  request can be cancelled and the process ended while it computes.
- When the link ends, so does the process, at once and wherever the computation is: nobody is left who waits for it,
  and it holds nothing that is not kept elsewhere.
- A cancelled request that has not begun is answered at once; one that has stops at its next progress report.
- How a model is loaded is handed in: this module knows neither Keras nor JAX, and answers before they are imported.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from threading import Thread
from typing import Any, BinaryIO, NoReturn

from prompt_salience.engine.answering import answer, state_during
from prompt_salience.engine.jobs import Job, Jobs
from prompt_salience.engine.one_model import LoadModel, OneModel
from prompt_salience.engine.outbox import Outbox
from prompt_salience.engine.progress_throttle import ProgressThrottle
from prompt_salience.engine_client.cancellation import Cancelled
from prompt_salience.engine_client.faults import fault_of, is_expected
from prompt_salience.engine_client.framing import Body, FrameParser, Skipped
from prompt_salience.engine_client.protocol import Completion, Engine
from prompt_salience.engine_client.status import EngineState
from prompt_salience.engine_client.wire import (
    PROTOCOL_VERSION,
    Asked,
    CancelRequest,
    Exit,
    Failed,
    Initialize,
    MalformedMessageError,
    Message,
    Progressed,
    Started,
    StateChanged,
    Written,
    answered,
    from_json,
)

_BLOCK = 1 << 16
_log = logging.getLogger(__name__)


class Serving:
    """One link served with models that ``load`` loads."""

    def __init__(
        self, load: LoadModel, receiving: BinaryIO, sending: BinaryIO, end: Callable[[], NoReturn] | None = None
    ) -> None:
        """``end`` ends the process from any thread, at once."""
        self._models = OneModel(load)
        self._receiving = receiving
        self._end = end or _end_process
        self._outbox = Outbox(sending, self._end)
        self._jobs = Jobs()
        self._state = StateChanged(EngineState.READY, "")

    def run(self) -> NoReturn:
        """Serve until the link ends, or the client says so. Call it in the main thread."""
        Thread(target=self._read, name="link-reader", daemon=True).start()
        while True:
            self._work(self._jobs.next())

    def _read(self) -> None:
        parser = FrameParser()
        try:
            while data := self._receiving.read1(_BLOCK):  # type: ignore[attr-defined]
                for found in parser.feed(data):
                    self._take(found)
        except Exception:  # noqa: BLE001 - the process ends here whatever it was, and the log says why.
            _log.exception("The link cannot be served any more")
        finally:
            self._end()

    def _take(self, found: Body | Skipped) -> None:
        if isinstance(found, Skipped):
            _log.warning("Skipped %d bytes on the link", len(found.data))
            return
        try:
            message = from_json(found.data)
        except MalformedMessageError as error:
            if error.id is None:
                _log.warning("A message cannot be read: %s", error)
            else:
                self._outbox.send(_failed(error.id, error))
            return
        self._handle(message)

    def _handle(self, message: Message) -> None:
        match message:
            case Exit():
                self._end()
            case CancelRequest():
                if self._jobs.cancel(message.id):
                    self._outbox.send(_failed(message.id, Cancelled()))
            case Asked(request=Initialize() as request):
                self._outbox.send(answered(message.id, request, PROTOCOL_VERSION))
            case Asked():
                self._jobs.add(Job(message))
            case _:
                _log.warning("A client does not send %s", message)

    def _work(self, job: Job) -> None:
        """Answer a request; whatever goes wrong with it is its answer."""
        self._outbox.send(Started(job.id))
        try:
            reply: Message = answered(job.id, job.request, self._answer(job))
        except Exception as error:  # noqa: BLE001 - a mistake in one request must not end the others.
            reply = _failed(job.id, error)
        # Told first, so that whoever has the answer finds the engine ready.
        self._tell_state(EngineState.READY)
        self._outbox.send(reply)

    def _answer(self, job: Job) -> Any:
        throttle = ProgressThrottle()

        def progress(doing: str, done: int, of: int) -> None:
            job.cancellation.raise_if_asked()
            if throttle.passes(doing):
                self._outbox.send(Progressed(job.id, doing, done, of))

        def on_written(completion: Completion, tokens: int, characters: int) -> None:
            job.cancellation.raise_if_asked()
            self._outbox.send(_written(job.id, completion, tokens, characters))

        engine = self._loaded(job, progress)
        job.cancellation.raise_if_asked()
        self._tell_state(state_during(job.request))
        return answer(job.request, engine, progress, on_written)

    def _loaded(self, job: Job, progress: Callable[[str, int, int], None]) -> Engine:
        address = job.request.model
        if not self._models.holds(address):
            self._tell_state(EngineState.LOADING, address.name)
        return self._models.get(address, progress)

    def _tell_state(self, state: EngineState, model: str | None = None) -> None:
        changed = StateChanged(state, self._models.name if model is None else model)
        if changed != self._state:
            self._state = changed
            self._outbox.send(changed)


def _failed(request_id: int, error: Exception) -> Failed:
    if not is_expected(error):
        _log.error("Request %d failed", request_id, exc_info=error)
    return Failed(request_id, fault_of(error))


def _written(request_id: int, completion: Completion, tokens: int, characters: int) -> Written:
    return Written(
        request_id,
        tokens,
        characters,
        completion.tokens[tokens:],
        completion.text[characters:],
        completion.log_probs[tokens:],
    )


def _end_process() -> NoReturn:
    """End at once: other threads may be deep in a computation, and there is nothing to save."""
    os._exit(0)
