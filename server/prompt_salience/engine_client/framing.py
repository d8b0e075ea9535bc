"""Messages in a stream of bytes: a ``Content-Length`` header, an empty line, a JSON object.

Decisions:
- The stream is cut by a parser without I/O, so that every way of splitting it can be tested.
- What stands between messages does not belong there, but happens: a library prints something. It is skipped up to the
  next header and handed out, so that it can be logged. A header may follow it on the same line.
- A header is followed by a JSON object, whose first character is a brace: anything else is no message, so that a
  printed text that looks like a header does not swallow the messages after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NAME = b"Content-Length:"
_HEADER = re.compile(rb"Content-Length: ?(\d{1,10})\r\n\r\n")


def frame(body: bytes) -> bytes:
    """A message as it is sent; ``body`` is a JSON object in UTF-8."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes of one message, without its header."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Skipped:
    """Bytes that belong to no message."""

    data: bytes


class FrameParser:
    """Cuts a stream into messages and what stands between them."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._wanted: int | None = None
        """The length of the body that comes next, in bytes; None while a header is looked for."""

    def feed(self, data: bytes) -> Iterator[Body | Skipped]:
        """Take in the next bytes, and give out all that is complete, in order."""
        self._held += data
        while (found := self._next()) is not None:
            if found.data:
                yield found

    def end(self) -> Iterator[Skipped]:
        """Give out what is left when the stream has ended: a message that broke off."""
        if self._held:
            yield Skipped(self._take(len(self._held)))

    def _next(self) -> Body | Skipped | None:
        return self._next_header() if self._wanted is None else self._next_body(self._wanted)

    def _next_body(self, wanted: int) -> Body | Skipped | None:
        if self._held and not self._held.startswith(b"{"):
            self._wanted = None
            return self._next_header()
        if len(self._held) < wanted:
            return None
        self._wanted = None
        return Body(self._take(wanted))

    def _next_header(self) -> Body | Skipped | None:
        """What stands before the next header; empty when it comes at once."""
        header = _HEADER.search(self._held)
        if header is None:
            idle = self._hopeless()
            return Skipped(self._take(idle)) if idle else None
        # All that the match says is asked for before what it looks into is shortened.
        start, end, self._wanted = header.start(), header.end(), int(header[1])
        return Skipped(self._take(end)[:start])

    def _hopeless(self) -> int:
        """How many of the held bytes cannot become a header, whatever comes: a header has one capital C, its first."""
        start = self._held.rfind(_NAME[:1])
        return start if start >= 0 and _may_become_header(bytes(self._held[start:])) else len(self._held)

    def _take(self, count: int) -> bytes:
        taken = bytes(self._held[:count])
        del self._held[:count]
        return taken


_BEGINNING = re.compile(rb"Content-Length: ?\d{0,10}(\r(\n\r?)?)?")


def _may_become_header(held: bytes) -> bool:
    return _NAME.startswith(held) or _BEGINNING.fullmatch(held) is not None
