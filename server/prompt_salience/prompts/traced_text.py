"""Text that remembers where each of its characters came from, through the operations that templates use.

Decisions:
- ``TracedText`` is a ``str``: whatever does not know it sees plain text, and what it computes from it is plain
  text, whose origin is then unknown. So detail can be lost, and text cannot be wrong.
- Building one from bare text gives an unknown origin: the ``str.format`` of Jinja's sandbox builds its result
  with ``type(self)(text)``.
- Everything that is not a method of ``str`` is private or a function, because templates can reach public
  attributes.
- Changing the case keeps the place and gives up exactness, character stretch by character stretch.
"""

# ruff: noqa: D102 - the methods of str are documented there.

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, groupby
from operator import index as operator_index
from typing import Any, NamedTuple, Self, SupportsIndex

from prompt_salience.prompts.source_map import Origin, OriginKind, Place, Segment, SourceMap

MOST_RUNS_MADE = 4096
"""Slices with a step and repeated text keep their origins up to this many runs."""


class Run(NamedTuple):
    """``length`` characters of one origin.

    ``origin`` is None where it is unknown. ``offset`` counts from the start of the origin's place when the run
    is an exact copy, and is -1 when the whole run belongs to the whole place.
    """

    length: int
    origin: Origin | None
    offset: int

    def cut(self, start: int, end: int) -> Run:
        """The characters ``start:end`` of this run."""
        if end - start == self.length:
            return self
        return Run(end - start, self.origin, self.offset + start if self.offset >= 0 else -1)

    def narrowed(self) -> Origin | None:
        """The origin, its place narrowed to this run where the copy is exact."""
        origin = self.origin
        if self.offset < 0 or origin is None or origin.place is None:
            return origin
        start = origin.place.start + self.offset
        place = Place(origin.place.path, start, start + self.length)
        return Origin(origin.kind, place, origin.variable, origin.via)

    def inexact(self) -> Run:
        """The same characters as something computed from the place they came from."""
        return Run(self.length, self.narrowed(), -1)


def _merged(runs: Iterable[Run]) -> tuple[Run, ...]:
    merged: list[Run] = []
    for run in runs:
        if not run.length:
            continue
        if merged and _continues(merged[-1], run):
            last = merged[-1]
            merged[-1] = Run(last.length + run.length, last.origin, last.offset)
        else:
            merged.append(run)
    return tuple(merged)


def _continues(first: Run, second: Run) -> bool:
    if first.origin is not second.origin and first.origin != second.origin:
        return False
    if first.offset < 0 or second.offset < 0:
        return first.offset == second.offset
    return second.offset == first.offset + first.length


class TracedText(str):
    """A string with runs: ``_runs`` covers it without gap or overlap."""

    __slots__ = ("_ends", "_runs")
    _runs: tuple[Run, ...]
    _ends: list[int] | None

    def __new__(cls, text: object = "", runs: tuple[Run, ...] | None = None) -> Self:
        """Text with known ``runs``; without them an unknown origin, unless ``text`` is traced itself."""
        self = super().__new__(cls, text)
        self._runs = runs if runs is not None else runs_of(text if isinstance(text, str) else str(text))
        self._ends = None
        return self

    def _between(self, start: int, end: int) -> tuple[Run, ...]:
        if start >= end:
            return ()
        if len(self._runs) == 1:
            return (self._runs[0].cut(start, end),)
        if self._ends is None:
            self._ends = list(accumulate(run.length for run in self._runs))
        index = bisect_right(self._ends, start)
        found: list[Run] = []
        while index < len(self._runs) and (first := self._ends[index] - self._runs[index].length) < end:
            run = self._runs[index]
            found.append(run.cut(max(start - first, 0), min(end - first, run.length)))
            index += 1
        return tuple(found)

    def _slice(self, start: int, end: int) -> TracedText:
        if start <= 0 and end >= len(self):
            return self
        return TracedText(str.__getitem__(self, slice(start, end)), self._between(start, end))

    def __str__(self) -> str:
        return self

    def __add__(self, other: str) -> str:
        if not isinstance(other, str) or hasattr(other, "__html__"):
            return NotImplemented
        return joined((self, other))

    def __radd__(self, other: str) -> str:
        if not isinstance(other, str) or hasattr(other, "__html__"):
            return NotImplemented
        return joined((other, self))

    def __mul__(self, times: SupportsIndex) -> str:
        if not hasattr(times, "__index__"):
            return NotImplemented
        text = str.__mul__(self, times)
        count = len(text) // max(len(self), 1)
        return TracedText(text, _merged(self._runs * count)) if count * len(self._runs) <= MOST_RUNS_MADE else text

    def __rmul__(self, times: SupportsIndex) -> str:
        return self * times

    def __getitem__(self, key: SupportsIndex | slice) -> str:
        if not isinstance(key, slice):
            index = operator_index(key)
            index += len(self) if index < 0 else 0
            text = str.__getitem__(self, key)
            return TracedText(text, self._between(index, index + 1))
        start, end, step = key.indices(len(self))
        if step == 1:
            return self._slice(start, max(start, end))
        places = range(start, end, step)
        text = str.__getitem__(self, key)
        if len(places) > MOST_RUNS_MADE:
            return text
        return TracedText(text, _merged(run for index in places for run in self._between(index, index + 1)))

    def __iter__(self) -> Iterator[str]:
        position = 0
        for run in self._runs:
            for index in range(run.length):
                character = str.__getitem__(self, position + index)
                yield TracedText(character, (run.cut(index, index + 1),))
            position += run.length

    def strip(self, chars: str | None = None, /) -> str:
        return self.lstrip(chars).rstrip(chars)

    def lstrip(self, chars: str | None = None, /) -> str:
        return self._slice(len(self) - len(str.lstrip(self, chars)), len(self))

    def rstrip(self, chars: str | None = None, /) -> str:
        return self._slice(0, len(str.rstrip(self, chars)))

    def removeprefix(self, prefix: str, /) -> str:
        return self._slice(len(prefix) if str.startswith(self, prefix) else 0, len(self))

    def removesuffix(self, suffix: str, /) -> str:
        return self._slice(0, len(self) - (len(suffix) if str.endswith(self, suffix) else 0))

    def split(self, sep: str | None = None, maxsplit: SupportsIndex = -1) -> list[str]:
        return self._parts(str.split(self, sep, maxsplit), len(sep) if sep is not None else 0)

    def rsplit(self, sep: str | None = None, maxsplit: SupportsIndex = -1) -> list[str]:
        parts = str.rsplit(self, sep, maxsplit)
        if sep is not None:
            return self._parts(parts, len(sep))
        return self._parts_from_behind(parts)

    def splitlines(self, keepends: bool = False) -> list[str]:
        found, position = [], 0
        for line, kept in zip(str.splitlines(self), str.splitlines(self, keepends=True), strict=True):
            found.append(self._slice(position, position + len(kept if keepends else line)))
            position += len(kept)
        return list[str](found)

    def partition(self, sep: str, /) -> tuple[str, str, str]:
        return self._around(str.find(self, sep), sep) or (self, "", "")

    def rpartition(self, sep: str, /) -> tuple[str, str, str]:
        return self._around(str.rfind(self, sep), sep) or ("", "", self)

    def _around(self, index: int, sep: str) -> tuple[str, str, str] | None:
        if not sep:
            message = "empty separator"
            raise ValueError(message)
        end = index + len(sep)
        return None if index < 0 else (self._slice(0, index), self._slice(index, end), self._slice(end, len(self)))

    def _parts(self, parts: list[str], gap: int = 0) -> list[str]:
        found, position = [], 0
        for part in parts:
            position = str.find(self, part, position) if not gap else position
            found.append(self._slice(position, position + len(part)))
            position += len(part) + gap
        return list[str](found)

    def _parts_from_behind(self, parts: list[str]) -> list[str]:
        found, position = [], len(self)
        for part in reversed(parts):
            position = str.rfind(self, part, 0, position)
            found.append(self._slice(position, position + len(part)))
        return list[str](reversed(found))

    def replace(self, old: str, new: str, count: SupportsIndex = -1, /) -> str:
        text = str.replace(self, old, new, count)
        if text == self or not old:
            return self if text == self else text
        pieces: list[str] = []
        position, left = 0, count.__index__()
        while left and (index := str.find(self, old, position)) >= 0:
            pieces += (self._slice(position, index), new)
            position, left = index + len(old), left - 1
        return joined((*pieces, self._slice(position, len(self))))

    def join(self, parts: Iterable[str], /) -> str:
        pieces: list[str] = []
        for index, part in enumerate(parts):
            _refuse_other_than_text(index, part)
            pieces += (self, part) if index else (part,)
        return joined(pieces)

    def upper(self) -> str:
        return self._recased(str.upper)

    def lower(self) -> str:
        return self._recased(str.lower)

    def title(self) -> str:
        return self._recased(str.title)

    def capitalize(self) -> str:
        return self._recased(str.capitalize)

    def swapcase(self) -> str:
        return self._recased(str.swapcase)

    def casefold(self) -> str:
        return self._recased(str.casefold)

    def _recased(self, change: Callable[[str], str]) -> str:
        text = change(self)
        if text == self or len(text) != len(self):
            return self if text == self else text
        runs: list[Run] = []
        position = 0
        for run in self._runs:
            stop = position + run.length
            pairs = zip(str.__getitem__(self, slice(position, stop)), text[position:stop], strict=True)
            runs += _recased_runs(run, (before == after for before, after in pairs))
            position = stop
        return TracedText(text, _merged(runs))


def _refuse_other_than_text(index: int, part: object) -> None:
    if not isinstance(part, str):
        message = f"sequence item {index}: expected str instance, {type(part).__name__} found"
        raise TypeError(message)


def _recased_runs(run: Run, kept: Iterable[bool]) -> Iterator[Run]:
    position = 0
    for same, stretch in groupby(kept):
        end = position + sum(1 for _ in stretch)
        piece = run.cut(position, end)
        yield piece if same else piece.inexact()
        position = end


def runs_of(text: str) -> tuple[Run, ...]:
    """The runs of any string; one of unknown origin for plain text."""
    if isinstance(text, TracedText):
        return text._runs  # noqa: SLF001 - hidden from templates, not from this module.
    return (Run(len(text), None, -1),) if text else ()


def joined(parts: Iterable[str]) -> TracedText:
    """The parts one after the other, each with its own runs."""
    parts = tuple(parts)
    return TracedText("".join(parts), _merged(run for part in parts for run in runs_of(part)))


def copied(text: str, origin: Origin) -> TracedText:
    """Text that is an exact copy of the place of ``origin``."""
    return TracedText(text, (Run(len(text), origin, 0),) if text else ())


def computed(text: str, origin: Origin) -> TracedText:
    """Text that was computed from the whole place of ``origin``."""
    return TracedText(text, (Run(len(text), origin, -1),) if text else ())


def with_origins(text: str, change: Callable[[Origin | None], Origin]) -> TracedText:
    """The same text with every origin changed; an unknown one is handed over as None."""
    return TracedText(text, _merged(Run(run.length, change(run.origin), run.offset) for run in runs_of(text)))


def source_map(text: TracedText, unknown: Place) -> SourceMap:
    """The source map of a finished text; what has no origin is charged to the place ``unknown``."""
    fallback = Origin(OriginKind.EXPRESSION, unknown)
    segments, position = [], 0
    for run in _merged(runs_of(text)):
        end = position + run.length
        segments.append(Segment(position, end, run.narrowed() or fallback, run.offset >= 0))
        position = end
    return SourceMap(tuple(segments))


class TracedInt(int):
    """A whole number written in a document; its text knows where."""

    _text: TracedText

    def __str__(self) -> str:
        return self._text


class TracedFloat(float):
    """A number written in a document; its text knows where."""

    _text: TracedText

    def __str__(self) -> str:
        return self._text


def traced_number(value: float, origin: Origin, written: str) -> Any:
    """A number whose text is an exact copy of its place where it is ``written`` the way it is shown."""
    number: TracedInt | TracedFloat = TracedInt(value) if isinstance(value, int) else TracedFloat(value)
    text = repr(value)
    number._text = copied(text, origin) if text == written else computed(text, origin)  # noqa: SLF001
    return number
