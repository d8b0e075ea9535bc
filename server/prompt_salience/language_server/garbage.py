"""Looking for garbage when nobody waits.

Decisions:
- Python looks for cyclic garbage among all objects in the middle of whatever is being done, and with a large prompt and
  its explanation that holds up an answer by tens of milliseconds. So it is made to do that rarely, and the server does
  it by itself: among young objects once nothing has been asked for ``QUIET`` seconds, among all when its user seems to
  have gone for a coffee.
- What was imported is never garbage, and is not looked at.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable

QUIET, LONG_QUIET = 2.0, 60.0
_YOUNG, _ALL = 1, 2
_THRESHOLDS = (50_000, 20, 100)


def look_rarely() -> None:
    """Leave the search for garbage to ``look_when_quiet``, but for great amounts of it; call it after all imports."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)


async def look_when_quiet(last_asked: Callable[[], float]) -> None:
    """Look for garbage after each time that something was asked, until cancelled.

    Args:
        last_asked: when something was asked last, by ``time.monotonic``.
    """
    looked = {_YOUNG: 0.0, _ALL: 0.0}
    while True:
        await asyncio.sleep(QUIET)
        asked, now = last_asked(), time.monotonic()
        for generation, quiet in ((_YOUNG, QUIET), (_ALL, LONG_QUIET)):
            if looked[generation] < asked < now - quiet:
                gc.collect(generation)
                looked[generation] = now
