"""The engine's standard error as lines for a log, whatever it writes.

Decisions:
- A log is for people: so many lines a second are passed on, then only counted. The last ones of those are kept, and
  come out when the stream ends, because they often say why it did.
- Lines are cut at a length, so that a process which never ends its line fills neither memory nor log.
- The lines that are too many are only counted, in one step for a whole block of bytes, so that a process that writes as
  fast as it can does not keep this one busy.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

LINES_PER_SECOND = 200
LONGEST_LINE = 4096
_LAST_LINES = 20
_LAST_BYTES = 8192


class LogLines:
    """Cuts bytes into lines of text, and leaves out those that are too many."""

    def __init__(self) -> None:
        self._rest = b""
        self._second = 0
        self._passed = 0
        self._left_out = 0
        self._last: deque[bytes] = deque(maxlen=_LAST_LINES)

    def feed(self, data: bytes, now: float) -> Iterator[str]:
        """Take in the next bytes at a time in seconds, and give out the lines that are complete."""
        if int(now) != self._second:
            self._second, self._passed = int(now), 0
            yield from self._told_left_out()
        data = self._rest + data
        room = LINES_PER_SECOND - self._passed
        *lines, self._rest = data.split(b"\n", room) if room else [data]
        self._passed += len(lines)
        yield from map(_text, lines)
        if len(lines) == room:
            self._leave_out()
        elif len(self._rest) >= LONGEST_LINE:
            self._passed += 1
            yield _text(self._rest)
            self._rest = b""

    def end(self) -> Iterator[str]:
        """Give out the last of the lines that were left out, and what has no end of line."""
        last = list(self._last)
        self._left_out -= len(last)
        yield from self._told_left_out()
        yield from map(_text, last)
        if self._rest:
            yield _text(self._rest)

    def _leave_out(self) -> None:
        """Count the lines of the rest, and keep only its last ones."""
        head, newline, self._rest = self._rest.rpartition(b"\n")
        self._rest = self._rest[-_LAST_BYTES:]
        if newline:
            self._left_out += head.count(b"\n") + 1
            self._last.extend(head[-_LAST_BYTES:].split(b"\n"))

    def _told_left_out(self) -> Iterator[str]:
        if self._left_out > 0:
            yield f"({self._left_out:,} more lines were left out)"
        self._left_out = 0
        self._last.clear()


def _text(line: bytes) -> str:
    text = line[:LONGEST_LINE].decode("utf-8", "replace").rstrip("\r")
    return text if len(line) <= LONGEST_LINE else f"{text} …"
