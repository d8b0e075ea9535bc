"""The requests that the engine process has taken on: one has its turn, the others wait for it in order."""

from __future__ import annotations

from queue import SimpleQueue
from threading import Lock
from typing import cast

from prompt_salience.engine.answering import ModelRequest
from prompt_salience.engine_client.cancellation import Cancellation
from prompt_salience.engine_client.wire import Asked


class Job:
    """A request that waits for its turn, or has it."""

    def __init__(self, asked: Asked) -> None:
        self.id = asked.id
        self.request = cast("ModelRequest", asked.request)
        self.cancellation = Cancellation()


class Jobs:
    """The requests that are not answered yet, in the order they came."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._queue: SimpleQueue[Job] = SimpleQueue()
        self._waiting: dict[int, Job] = {}
        self._current: Job | None = None

    def add(self, job: Job) -> None:
        """Put a job at the end."""
        with self._lock:
            self._waiting[job.id] = job
        self._queue.put(job)

    def next(self) -> Job:
        """The job whose turn it is, as soon as there is one."""
        while True:
            job = self._queue.get()
            with self._lock:
                if self._waiting.pop(job.id, None) is not None:
                    self._current = job
                    return job

    def cancel(self, request_id: int) -> bool:
        """Cancel a job; returns whether it was still waiting, and so will never have its turn."""
        with self._lock:
            waited = self._waiting.pop(request_id, None) is not None
            current = self._current
        if current is not None and current.id == request_id:
            current.cancellation.cancel()
        return waited
