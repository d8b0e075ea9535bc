"""How long answers take, and how long the event loop was busy: what ``Print debug information`` shows.

Decisions:
- Times fall into few buckets, so that counting costs nothing and a session of days stays small.
- A turn of the event loop that takes longer than ``LONG_TURN`` seconds is a fault, and is logged.
"""

from __future__ import annotations

import asyncio
import logging
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

BUCKETS = (0.005, 0.01, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0)
LONG_TURN = 0.1
_PROBE, _IDLE = 0.05, 0.5
_WATCHED = 10.0
"""How long turns are measured after something was asked; a server that nobody asks anything sleeps."""

_log = logging.getLogger(__name__)


class Latency:
    """Counts of answers by method and bucket; the last bucket is everything longer."""

    def __init__(self) -> None:
        self._counts: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(BUCKETS) + 1))
        self.longest_turn = 0.0
        self.last_asked = 0.0

    @contextmanager
    def measured(self, method: str) -> Iterator[None]:
        """Count how long a block takes."""
        start = self.last_asked = time.monotonic()
        try:
            yield
        finally:
            self._counts[method][bisect_left(BUCKETS, time.monotonic() - start)] += 1

    def table(self) -> dict[str, dict[str, int]]:
        """Counts by method and bucket, without the empty ones."""
        names = [*(f"<= {limit * 1000:g} ms" for limit in BUCKETS), f"> {BUCKETS[-1] * 1000:g} ms"]
        return {
            method: {name: count for name, count in zip(names, counts, strict=True) if count}
            for method, counts in sorted(self._counts.items())
        }

    async def watch(self) -> None:
        """Measure turns of the event loop until cancelled."""
        while True:
            start = time.monotonic()
            if start > self.last_asked + _WATCHED:
                await asyncio.sleep(_IDLE)
                continue
            await asyncio.sleep(_PROBE)
            late = time.monotonic() - start - _PROBE
            self.longest_turn = max(self.longest_turn, late)
            if late > LONG_TURN:
                _log.warning("A turn of the event loop took %.0f ms", late * 1000)
