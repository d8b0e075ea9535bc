"""When a process that died is started again: soon at first, then later, then not at all.

Decisions:
- A process that dies again and again is not a process but a fault: after ``limit`` starts within ``window`` seconds
  somebody has to look at it.
- One that takes so long to die that the window never fills up is as hopeless if it never once becomes ready, so those
  count for as long as none of them does.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """How often and how soon.

    Attributes:
        limit: how many starts after a death there may be within the window.
        window: in seconds.
        backoff: how long each of them waits, in seconds; the last number counts for all that come after it.
    """

    limit: int = 5
    window: float = 180.0
    backoff: tuple[float, ...] = (0.0, 0.25, 0.5, 1.0, 2.0)


DEFAULT_POLICY = RestartPolicy()


class Deaths:
    """The deaths of one process's lives, and what follows from them."""

    def __init__(self, policy: RestartPolicy, clock: Clock = time.monotonic) -> None:
        self._policy, self._clock = policy, clock
        self._recent: list[float] = []
        self._never_ready = 0

    def became_ready(self) -> None:
        """A process answered."""
        self._never_ready = 0

    def died(self, *, ready: bool) -> float | None:
        """Count a death; returns how many seconds to wait before the next start, or None to give up.

        Args:
            ready: whether the process had become ready.
        """
        now = self._clock()
        self._recent = [*(at for at in self._recent if now - at < self._policy.window), now]
        self._never_ready += not ready
        count = max(len(self._recent), self._never_ready)
        if count > self._policy.limit:
            return None
        return self._policy.backoff[min(count, len(self._policy.backoff)) - 1]

    def forget(self) -> None:
        """Begin anew."""
        self._recent, self._never_ready = [], 0
