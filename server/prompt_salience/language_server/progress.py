"""How far a job has come, as its user is told.

Decisions:
- The parts of a job have fixed shares of the whole, so that the percentage never goes back; what is known of a part
  only by name, such as compiling, stays at its beginning.
- A report every ``PAUSE`` seconds at most: an editor need not draw each token.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from prompt_salience.engine_client.byte_counts import bytes_in_words

PAUSE = 0.05

_PARTS: Mapping[str, tuple[int, int]] = {
    "waiting": (0, 0),
    "downloading": (0, 99),
    "starting": (0, 2),
    "loading": (2, 15),
    "compiling": (15, 15),
    "reading": (15, 25),
    "generating": (25, 70),
    "explaining": (70, 99),
    "evaluating masks": (70, 99),
}
_NOUNS: Mapping[str, str] = {
    "reading": "layer",
    "generating": "token",
    "explaining": "layer",
    "evaluating masks": "number",
}


@dataclass(frozen=True, slots=True)
class Report:
    """A percentage from 0 to 100, and what is being done."""

    percentage: int
    text: str


@dataclass
class Reporter:
    """Turns what an engine reports into reports for people, not too many; called by the thread that works."""

    tell: Callable[[Report], None]
    clock: Callable[[], float] = time.monotonic
    _told: float = -1.0
    _doing: str = ""
    _percentage: int = 0

    def __call__(self, doing: str, done: int, of: int) -> None:
        """Take a report such as ``("generating", 3, 40)``."""
        now = self.clock()
        if doing == self._doing and now - self._told < PAUSE:
            return
        self._doing, self._told = doing, now
        self._percentage = max(self._percentage, _percentage(doing, done, of))
        self.tell(Report(self._percentage, _text(doing, done, of)))


def _percentage(doing: str, done: int, of: int) -> int:
    start, end = _PARTS.get(doing, (0, 0))
    return start + int((end - start) * min(done, of) / of) if of else start


def _text(doing: str, done: int, of: int) -> str:
    if doing == "downloading" and of:
        return f"{bytes_in_words(done)} of {bytes_in_words(of)}"
    noun = _NOUNS.get(doing)
    if not of or not noun:
        return doing
    return f"{doing}, {noun} {min(done + 1, of):,} of {of:,}"
