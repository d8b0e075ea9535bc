"""A supervisor and all it has told, for tests to watch."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prompt_salience.engine_client.cancellation import NEVER, Cancellation
from prompt_salience.engine_client.models import AvailableModel, Where
from prompt_salience.engine_client.remote_engine import RemoteEngine
from prompt_salience.engine_client.restart_policy import RestartPolicy
from prompt_salience.engine_client.status import EngineState, EngineStatus
from prompt_salience.engine_client.supervision import Limits, Supervisor

QUICK = RestartPolicy(backoff=(0.0, 0.01, 0.02, 0.03, 0.04))
MODEL = AvailableModel("judge", Path("/models/judge"), Where.FOLDER)


def eventually(holds: Callable[[], Any], within: float = 5.0) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, "this never came true"
        time.sleep(0.005)


def is_running(pid: int) -> bool:
    """Whether a process is there, and more than an entry that nobody has collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@dataclass
class Watched:
    """A supervisor, what it has told, and a thread to call it in."""

    command: tuple[str, ...]
    policy: RestartPolicy = QUICK
    limits: Limits = field(default_factory=lambda: Limits(start=20, cancel=10))
    statuses: list[EngineStatus] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.supervisor = Supervisor(
            self.command, on_status=self.statuses.append, on_log=self.log.append, policy=self.policy, limits=self.limits
        )
        self._threads = ThreadPoolExecutor(8)

    @property
    def states(self) -> list[EngineState]:
        return [status.state for status in self.statuses]

    @property
    def pids(self) -> set[int]:
        return {status.pid for status in self.statuses if status.pid is not None}

    @property
    def pid(self) -> int:
        pid = self.supervisor.status.pid
        assert pid is not None
        return pid

    def load(self, cancellation: Cancellation = NEVER, model: AvailableModel = MODEL, **options: Any) -> RemoteEngine:
        return self.supervisor.load(model, None, cancellation, **options)

    def in_a_thread(self, call: Callable[..., Any], *arguments: Any, **named: Any) -> Future[Any]:
        return self._threads.submit(call, *arguments, **named)

    def wait_for(self, state: EngineState) -> None:
        eventually(lambda: self.supervisor.status.state is state)

    def close(self) -> None:
        self.supervisor.stop(2.0)
        self._threads.shutdown(wait=True)
        assert not [pid for pid in self.pids if is_running(pid)], "a process was left behind"
