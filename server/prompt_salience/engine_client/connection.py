"""The client's end of the link to one engine process: requests out, answers back to those who wait for them.

Decisions:
- Threads that block, not an event loop: whoever asks waits in a thread of its own, answers are parsed in the thread
  that reads, and become objects in the one that waits. However large they are, no event loop stands still for them.
- Writing has a thread of its own too, so that sending never blocks, not even to a process that no longer reads.
- A waiting thread is woken by what it waits for, by the end of the process, or by its cancellation, whichever is first.
- A request that nobody waits for any more is cancelled in the engine. If it is not answered even so within
  ``patience`` seconds, the process no longer reacts, and is given up.
- A message that cannot be read may have been an answer: the process is given up rather than waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import suppress
from itertools import count
from queue import Empty, SimpleQueue
from threading import RLock, Thread, Timer
from typing import BinaryIO, TypeVar

from prompt_salience.engine_client.cancellation import Cancellation
from prompt_salience.engine_client.death import Death, LinkLostError
from prompt_salience.engine_client.faults import error_of
from prompt_salience.engine_client.framing import Body, FrameParser, Skipped, frame
from prompt_salience.engine_client.protocol import EngineError
from prompt_salience.engine_client.wire import (
    Answered,
    Asked,
    CancelRequest,
    Exit,
    Failed,
    MalformedMessageError,
    Message,
    Progressed,
    Report,
    Request,
    Started,
    StateChanged,
    Written,
    answer_to,
    from_json,
    to_json,
)

Answer = TypeVar("Answer")
_BLOCK = 1 << 16
_SHOWN = 200


Mail = Report | Answered | Failed | Death | None
"""What a waiting thread gets. None when there is nothing, but perhaps a reason to stop waiting."""


class UnansweredError(Exception):
    """A request was not answered in time."""


class Call:
    """A request on its way. What comes back lands in ``mailbox``."""

    def __init__(self, request_id: int) -> None:
        self.id = request_id
        self.started = False
        self.mailbox: SimpleQueue[Mail] = SimpleQueue()


class Connection:
    """Requests to one process. ``read`` must run in a thread of its own for any to be answered."""

    def __init__(
        self,
        receiving: BinaryIO,
        sending: BinaryIO,
        *,
        on_state: Callable[[StateChanged], None],
        on_log: Callable[[str], None],
        give_up: Callable[[str], None],
        patience: float,
    ) -> None:
        """``give_up`` is called with what is wrong when the process must be ended; it must not block."""
        self._receiving, self._sending = receiving, sending
        self._on_state, self._on_log, self._give_up, self._patience = on_state, on_log, give_up, patience
        self._ids = count(1)
        # Guards the three below. A generator that is thrown away may cancel its request at any moment, even while
        # this thread holds the lock: hence one that can be taken twice.
        self._lock = RLock()
        self._calls: dict[int, Call] = {}
        self._abandoned: dict[int, Timer] = {}
        self._death: Death | None = None
        self._outgoing: SimpleQueue[bytes | None] = SimpleQueue()
        Thread(target=self._write, name="engine-writer", daemon=True).start()

    def exchange(
        self, request: Request[Answer], cancellation: Cancellation, within: float | None = None
    ) -> Generator[Report, None, Answer]:
        """Send a request, yield what is reported about it, and return its answer. Closing it cancels the request.

        Raises:
            Cancelled: it was cancelled, however far it had come.
            UnansweredError: nothing came back for ``within`` seconds.
            LinkLostError: the process ended.
            EngineError: the engine could not do it.
            ValueError: a value of the request means nothing.
        """
        call = self._open(request)
        forget = cancellation.listen(lambda: call.mailbox.put(None))
        try:
            while True:
                received = _received(call, within)
                cancellation.raise_if_asked()
                match received:
                    case Answered():
                        return _answer(request, received)
                    case Failed():
                        raise error_of(received.fault)
                    case Death():
                        raise LinkLostError(received, started=call.started)
                    case Progressed() | Written():
                        yield received
        finally:
            forget()
            self._leave(call)

    def ask_to_exit(self) -> None:
        """Tell the engine to end; it does so at once if it can."""
        self._send(Exit())

    def read(self) -> None:
        """Hand out what the process says, until it says no more or what it says makes no sense."""
        parser = FrameParser()
        while data := self._read_block():
            for found in parser.feed(data):
                if isinstance(found, Skipped):
                    self._tell_skipped(found)
                elif not self._understood(found):
                    return
        for left in parser.end():
            self._tell_skipped(left)

    def close(self, death: Death) -> None:
        """Let everyone who waits know that the process has ended, and let go of the streams."""
        with self._lock:
            self._death = death
            for call in self._calls.values():
                call.mailbox.put(death)
            for timer in self._abandoned.values():
                timer.cancel()
        self._outgoing.put(None)
        self._receiving.close()

    def _open(self, request: Request[Answer]) -> Call:
        call = Call(next(self._ids))
        message = to_json(Asked(call.id, request))
        with self._lock:
            if self._death is not None:
                raise LinkLostError(self._death, started=False)
            self._calls[call.id] = call
        self._outgoing.put(message)
        return call

    def _leave(self, call: Call) -> None:
        """Nobody waits for a call any more; if it was not answered, it is cancelled."""
        with self._lock:
            if self._calls.pop(call.id, None) is None or self._death is not None:
                return
            timer = Timer(self._patience, self._give_up, [_unresponsive(self._patience)])
            timer.daemon = True
            self._abandoned[call.id] = timer
            timer.start()
        self._send(CancelRequest(call.id))

    def _send(self, message: Message) -> None:
        self._outgoing.put(to_json(message))

    def _write(self) -> None:
        # The process may end before it has read everything; the thread that reads tells everyone.
        with suppress(OSError):
            while (message := self._outgoing.get()) is not None:
                self._sending.write(frame(message))
                self._sending.flush()
        with suppress(OSError):
            self._sending.close()

    def _read_block(self) -> bytes:
        return self._receiving.read1(_BLOCK)  # type: ignore[attr-defined, no-any-return]

    def _understood(self, body: Body) -> bool:
        try:
            self._dispatch(from_json(body.data))
        except MalformedMessageError as error:
            self._on_log(f"The engine sent a message that cannot be read: {error}")
            self._give_up("sent a message that cannot be read")
            return False
        return True

    def _dispatch(self, message: Message) -> None:
        match message:
            case StateChanged():
                self._on_state(message)
            case Answered() | Failed():
                self._finish(message)
            case Started():
                self._start(message)
            case Progressed() | Written():
                self._report(message)
            case _:
                error = f"{message} is none that an engine sends"
                raise MalformedMessageError(error)

    def _finish(self, message: Answered | Failed) -> None:
        with self._lock:
            call = self._calls.pop(message.id, None)
            timer = self._abandoned.pop(message.id, None)
        if timer is not None:
            timer.cancel()
        if call is not None:
            call.mailbox.put(message)

    def _start(self, started: Started) -> None:
        with self._lock:
            call = self._calls.get(started.id)
        if call is not None:
            call.started = True

    def _report(self, report: Report) -> None:
        with self._lock:
            call = self._calls.get(report.id)
        if call is not None:
            call.mailbox.put(report)

    def _tell_skipped(self, skipped: Skipped) -> None:
        shown = skipped.data[:_SHOWN].decode("utf-8", "replace")
        self._on_log(f"Skipped {len(skipped.data):,} bytes on the link to the engine: {shown!r}")


def _received(call: Call, within: float | None) -> Mail:
    try:
        return call.mailbox.get(timeout=within)
    except Empty:
        raise UnansweredError from None


def _answer(request: Request[Answer], message: Answered) -> Answer:
    try:
        return answer_to(request, message)
    except MalformedMessageError as error:
        unreadable = f"The engine's answer cannot be read: {error}. Please report it."
        raise EngineError(unreadable) from error


def _unresponsive(patience: float) -> str:
    return f"did not stop within {patience:g} s of being asked to"
