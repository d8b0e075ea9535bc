"""Where every character of a rendered prompt came from.

Decisions:
- Offsets are Unicode code points of a document's text as it stands on disk (CRLF kept, a byte order mark not
  counted as text); the language server alone converts to UTF-16.
- A source map is a list of segments that covers the rendered text without gap or overlap, in order.
- A segment is *exact* when it is a character-for-character copy of its place; otherwise the whole segment
  belongs to the whole place (an expression, an escape sequence, a folded YAML line).
- One place may be rendered many times (a loop), and one segment knows both the value it shows and the
  expression that put it there (``via``).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property


class OriginKind(StrEnum):
    """What kind of thing a piece of the rendered prompt was copied or computed from."""

    TEMPLATE = "template"
    VALUE = "value"
    EXPRESSION = "expression"
    SCAFFOLDING = "scaffolding"


@dataclass(frozen=True, slots=True)
class Place:
    """A range of a document: ``path`` as the user named it, ``start`` and ``end`` in code points."""

    path: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a piece of rendered text came from.

    ``place`` is None for scaffolding only. ``variable`` is the path of the value shown, such as ``docs[1].title``,
    and empty for text that is no value. ``via`` is the expression that emitted a value.
    """

    kind: OriginKind
    place: Place | None = None
    variable: str = ""
    via: Place | None = None


SCAFFOLDING = Origin(OriginKind.SCAFFOLDING)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch ``start:end`` of the rendered text with one origin; ``exact`` when copied character by character."""

    start: int
    end: int
    origin: Origin
    exact: bool

    def clipped(self, start: int, end: int) -> Segment:
        """The part of this segment inside ``start:end``, its place narrowed too where the copy is exact."""
        start, end = max(start, self.start), min(end, self.end)
        place = self.origin.place
        if not self.exact or place is None:
            return replace(self, start=start, end=end)
        narrowed = replace(place, start=place.start + start - self.start, end=place.start + end - self.start)
        return replace(self, start=start, end=end, origin=replace(self.origin, place=narrowed))


@dataclass(frozen=True)
class SourceMap:
    """The segments of a rendered text, in order and without gap.

    Raises:
        ValueError: the segments leave a gap, overlap or are empty.
    """

    segments: tuple[Segment, ...]

    def __post_init__(self) -> None:
        position = 0
        for segment in self.segments:
            if segment.start != position or segment.end <= segment.start:
                message = f"segment {segment.start}:{segment.end} does not continue the map at {position}"
                raise ValueError(message)
            position = segment.end

    @cached_property
    def _starts(self) -> list[int]:
        return [segment.start for segment in self.segments]

    @property
    def length(self) -> int:
        """The number of characters of the rendered text."""
        return self.segments[-1].end if self.segments else 0

    def at(self, offset: int) -> Segment:
        """The segment that holds the character at ``offset``.

        Raises:
            IndexError: no character has this offset.
        """
        if not 0 <= offset < self.length:
            raise IndexError(offset)
        return self.segments[bisect_right(self._starts, offset) - 1]

    def within(self, start: int, end: int) -> tuple[Segment, ...]:
        """The segments of the rendered range ``start:end``, clipped to it."""
        start, end = max(start, 0), min(end, self.length)
        if start >= end:
            return ()
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end - 1)
        return tuple(segment.clipped(start, end) for segment in self.segments[first:last])

    def rendered(self, place: Place) -> tuple[tuple[int, int], ...]:
        """The rendered ranges that show any character of ``place``, in order; several for the body of a loop."""
        ranges = (_overlap(segment, place) for segment in self.segments)
        return tuple(found for found in ranges if found)


def _overlap(segment: Segment, place: Place) -> tuple[int, int] | None:
    source = segment.origin.place
    if source is None or source.path != place.path:
        return None
    start, end = max(source.start, place.start), min(source.end, place.end)
    if start >= end:
        return None
    if not segment.exact:
        return segment.start, segment.end
    return segment.start + start - source.start, segment.start + end - source.start
