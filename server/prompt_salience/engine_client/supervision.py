"""Keeping an engine process running, and bringing requests to it however often it dies.

Decisions:
- One thread lives through the lives of the processes, one after the other: start, become ready, wait for the end, wait
  a little, start again. Everyone else waits for it or tells it what to do.
- A request whose process died is sent once more, because requests carry everything. One that only waited its turn
  is not to blame, and is sent again as often as there is a process.
- A process that cannot be started at all, or is of another version, is not tried again until somebody asks for it.
- Callbacks are called without a lock held, by any thread, and must not raise.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from threading import Condition, Thread, current_thread
from typing import TypeVar

from prompt_salience.engine_client.cancellation import Cancellation
from prompt_salience.engine_client.death import Death, EngineDiedError, LinkLostError
from prompt_salience.engine_client.engine_process import EngineProcess
from prompt_salience.engine_client.models import AvailableModel
from prompt_salience.engine_client.protocol import EngineError, Progress, no_progress
from prompt_salience.engine_client.remote_engine import RemoteEngine, load_remote
from prompt_salience.engine_client.restart_policy import DEFAULT_POLICY, Clock, Deaths, RestartPolicy
from prompt_salience.engine_client.status import EngineState, EngineStatus
from prompt_salience.engine_client.status_board import StatusBoard
from prompt_salience.engine_client.wire import ModelAddress, Report, Request, StateChanged

Answer = TypeVar("Answer")

# -P keeps the folder that this program was started in off the import path: it may hold a numpy.py of the user's.
ENGINE_COMMAND = (sys.executable, "-P", "-m", "prompt_salience.engine")
_STOPPED = "The engine was stopped."


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait for a process, in seconds, before it is killed.

    Attributes:
        start: from its start to its first answer.
        cancel: from the wish to cancel a request until it has stopped working on it.
    """

    start: float = 60.0
    cancel: float = 10.0


DEFAULT_LIMITS = Limits()


class Supervisor:
    """An engine process that is there when it is needed. Safe in all threads."""

    def __init__(
        self,
        command: Sequence[str] = ENGINE_COMMAND,
        *,
        on_status: Callable[[EngineStatus], None],
        on_log: Callable[[str], None],
        policy: RestartPolicy = DEFAULT_POLICY,
        limits: Limits = DEFAULT_LIMITS,
        clock: Clock = time.monotonic,
    ) -> None:
        self._command, self._on_log, self._limits = tuple(command), on_log, limits
        self._board = StatusBoard(on_status)
        self._changed = Condition()
        # Guarded by the condition, and told by it.
        self._deaths = Deaths(policy, clock)
        self._process: EngineProcess | None = None
        self._ready = False
        self._restarts = 0
        self._failure = ""
        self._restart_asked = False
        self._stopping = False
        self._keeper: Thread | None = None

    @property
    def status(self) -> EngineStatus:
        """What the engine is doing."""
        return self._board.status

    def start(self) -> None:
        """See to it that a process is started, unless one runs or has failed too often. Does not wait for it."""
        with self._changed:
            if self._keeper is not None or self._stopping:
                return
            self._keeper = Thread(target=self._keep, name="engine-keeper", daemon=True)
            self._keeper.start()

    def load(
        self, model: AvailableModel, dtype: str | None, cancellation: Cancellation, progress: Progress = no_progress
    ) -> RemoteEngine:
        """Have a model loaded, starting the process if need be; call it in a worker thread.

        Args:
            model: which one; the model before it is let go.
            dtype: its number format, or None for the best.
            cancellation: calls off this call, and every call of the engine that is returned.
            progress: told how loading goes on.

        Raises:
            Cancelled: it was called off.
            ModelLoadError: the model cannot be loaded.
            EngineDiedError: the process died of it twice, or cannot be started.
        """
        return load_remote(self, ModelAddress(model.name, str(model.path), dtype), cancellation, progress)

    def exchange(self, request: Request[Answer], cancellation: Cancellation) -> Generator[Report, None, Answer]:
        """Send a request, yield what is reported about it, and return its answer. Closing it cancels the request.

        If the process dies, the request is sent again, and its reports begin anew.

        Raises:
            Cancelled: it was cancelled.
            EngineDiedError: the process died of this request twice, or cannot be started.
            EngineError: the engine could not do it.
            ValueError: a value of the request means nothing.
        """
        died_of_it = 0
        while True:
            process = self._ready_process(cancellation)
            try:
                return (yield from process.connection.exchange(request, cancellation))
            except LinkLostError as lost:
                died_of_it += lost.started
                if died_of_it == 2:
                    raise EngineDiedError(_died_twice(lost.death)) from lost

    def restart(self) -> None:
        """Kill the process, forget how often it has died, and start another."""
        with self._changed:
            self._restart_asked = True
            self._failure = ""
            if self._process is not None:
                self._process.kill("was restarted")
            self._changed.notify_all()
        self.start()

    def stop(self, within: float = 0.5) -> None:
        """End the process for good, in at most so many seconds; calls that wait for it fail."""
        deadline = time.monotonic() + within
        with self._changed:
            self._stopping = True
            process, keeper = self._process, self._keeper
            self._changed.notify_all()
        if process is not None:
            process.stop(within)
        if keeper is not None and keeper is not current_thread():
            keeper.join(max(0.0, deadline - time.monotonic()))
        self._board.post(EngineStatus(restarts=self._restarts))

    def _ready_process(self, cancellation: Cancellation) -> EngineProcess:
        """The process, as soon as it is ready."""
        self.start()
        forget = cancellation.listen(self._wake)
        try:
            with self._changed:
                while not (self._ready and self._process is not None and self._process.alive):
                    cancellation.raise_if_asked()
                    self._raise_if_hopeless()
                    self._changed.wait()
                return self._process
        finally:
            forget()

    def _raise_if_hopeless(self) -> None:
        if self._stopping or self._failure:
            raise EngineDiedError(_STOPPED if self._stopping else self._failure)

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _keep(self) -> None:
        """Live through the lives of the processes, until there are to be no more."""
        while self._wanted():
            pause = self._one_life()
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or self._restart_asked, pause)

    def _wanted(self) -> bool:
        """Whether another process is to be started. If somebody asked for it, the past is forgotten."""
        with self._changed:
            if self._restart_asked:
                self._restart_asked, self._failure, self._restarts = False, "", 0
                self._deaths.forget()
            return not self._stopping

    def _one_life(self) -> float | None:
        """Start a process and wait for its end.

        Returns:
            how many seconds to pause before the next, or None to wait until somebody asks for it.
        """
        try:
            process = EngineProcess(
                self._command, on_state=self._engine_changed, on_log=self._on_log, patience=self._limits.cancel
            )
        except OSError as error:
            return self._fail(f"The engine cannot be started ({error}). Install prompt-salience again, and restart it.")
        self._take(process)
        try:
            process.initialize(self._limits.start)
            self._become_ready(process)
        except LinkLostError:
            self._on_log(f"The engine (process {process.pid}) never became ready.")
        except EngineError as error:
            process.kill()
            process.wait()
            return self._fail(str(error))
        return self._after(process, process.wait())

    def _take(self, process: EngineProcess) -> None:
        """Make a process that has just been started the one that is stopped and restarted."""
        with self._changed:
            self._process = process
            unwanted = self._stopping or self._restart_asked
        if unwanted:
            process.kill("is not needed any more")
        self._post(EngineStatus(EngineState.STARTING, pid=process.pid, restarts=self._restarts))

    def _become_ready(self, process: EngineProcess) -> None:
        # Told first: as soon as the process is handed out, it has other states to tell.
        self._post(EngineStatus(EngineState.READY, pid=process.pid, restarts=self._restarts))
        with self._changed:
            self._ready = True
            self._deaths.became_ready()
            self._changed.notify_all()

    def _after(self, process: EngineProcess, death: Death) -> float | None:
        """Take note of a process's end; the result is that of a life."""
        with self._changed:
            was_ready, self._ready, self._process = self._ready, False, None
            if self._stopping or self._restart_asked:
                return 0.0
            pause = self._deaths.died(ready=was_ready)
            self._restarts += pause is not None
        self._on_log(f"The engine (process {process.pid}) {death}.")
        if pause is None:
            return self._fail(_died_too_often(self._restarts + 1, death))
        self._post(EngineStatus(EngineState.STARTING, restarts=self._restarts))
        return pause

    def _fail(self, message: str) -> float | None:
        """Start nothing more until somebody asks for it; the result is that of a life."""
        with self._changed:
            self._process = None
            if self._restart_asked:
                return 0.0
            self._failure = message
            self._changed.notify_all()
        self._on_log(message)
        self._post(EngineStatus(EngineState.FAILED, restarts=self._restarts, message=message))
        return None

    def _engine_changed(self, change: StateChanged) -> None:
        """What the process itself says that it is doing."""
        process = self._process
        if process is not None:
            self._post(EngineStatus(change.state, change.model, process.pid, self._restarts))

    def _post(self, status: EngineStatus) -> None:
        if not self._stopping:
            self._board.post(status)


def _died_twice(death: Death) -> str:
    return (
        f"The engine died of this request twice: the last time it {death}. Close other programs, shorten the prompt, "
        "or choose a smaller model; the log has the engine's last words."
    )


def _died_too_often(times: int, death: Death) -> str:
    return (
        f"The engine died {times} times in a row: the last time it {death}. It is not started again by itself; the log "
        "has its last words. Restart the engine to try again."
    )
