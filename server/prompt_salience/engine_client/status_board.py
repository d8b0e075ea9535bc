"""Where the engine's status is posted: every change is told once, in order, by whichever thread comes first."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock

from prompt_salience.engine_client.status import EngineStatus


class StatusBoard:
    """The last status, and those that have not been told yet.

    No lock is held while a status is told: whoever hears of it may call back.
    """

    def __init__(self, tell: Callable[[EngineStatus], None]) -> None:
        self._tell = tell
        self._lock = Lock()
        self._untold: deque[EngineStatus] = deque()
        self._telling = False
        self._last = EngineStatus()

    @property
    def status(self) -> EngineStatus:
        """The last one that was posted."""
        return self._last

    def post(self, status: EngineStatus) -> None:
        """Post a status; one that is as the last is no news."""
        with self._lock:
            if status == self._last:
                return
            self._last = status
            self._untold.append(status)
            if self._telling:
                return
            self._telling = True
        self._tell_all()

    def _tell_all(self) -> None:
        while (status := self._next()) is not None:
            self._tell(status)

    def _next(self) -> EngineStatus | None:
        with self._lock:
            if self._untold:
                return self._untold.popleft()
            self._telling = False
            return None
