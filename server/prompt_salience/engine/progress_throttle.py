"""Not every step is worth a message: so many a second are, for each kind of work, and always the first."""

from __future__ import annotations

import time
from collections.abc import Callable

INTERVAL = 0.05


class ProgressThrottle:
    """Says which progress reports of one request are to be sent."""

    def __init__(self, interval: float = INTERVAL, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval, self._clock = interval, clock
        self._sent: dict[str, float] = {}

    def passes(self, doing: str) -> bool:
        """Whether to send a report on this kind of work now."""
        now = self._clock()
        if now - self._sent.get(doing, -self._interval) < self._interval:
            return False
        self._sent[doing] = now
        return True
