"""Where the units of an explanation are written, in the texts that were explained.

Decisions:
- A unit of the prompt is written wherever one of its characters came from: text of the template, a value at its own
  place, and the expression that emitted the value.
- A unit begins where its first character is written in the body of a template, and ends where its last one is. Each
  value in it begins and ends once more, at the value's own place.
- All is done on arrays, because a prompt may have thousands of units and this is asked again with every target.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.editor.index_ranges import Indices, expanded, starts_of_groups
from prompt_salience.editor.remembering import remembered
from prompt_salience.prompts.source_map import OriginKind, Place, Segment
from prompt_salience.prompts.units import Part

NO_VARIABLE = ""


@dataclass(frozen=True)
class Covers:
    """Parts of units, each written at ``start:end`` of a document; the arrays are of shape (covers,).

    Attributes:
        starts: first code point of each.
        ends: code point after the last.
        units: the unit that each is a part of.
        paths: numbers of the documents, see ``path_numbers``.
        variables: numbers of the values shown, at the places of values; 0 for text and expressions of a template.
    """

    starts: Indices
    ends: Indices
    units: Indices
    paths: Indices
    variables: Indices

    def selected(self, kept: NDArray[np.bool_] | Indices) -> Covers:
        """Some of the covers."""
        return Covers(*(getattr(self, column.name)[kept] for column in fields(self)))

    def __len__(self) -> int:
        return len(self.starts)


@dataclass(frozen=True)
class Pieces:
    """A document cut where the units that are written in it change; what no unit is written in is left out.

    Attributes:
        starts: shape (pieces,), rising.
        ends: shape (pieces,).
        units: the units written in each piece, rising, one piece after the other.
        offsets: where the units of each piece begin in ``units``, shape (pieces,).
    """

    starts: Indices
    ends: Indices
    units: Indices
    offsets: Indices

    @cached_property
    def counts(self) -> Indices:
        """How many units are written in each piece, shape (pieces,)."""
        return np.diff(self.offsets, append=len(self.units))


@dataclass(frozen=True)
class _Traces:
    """The covers of an explanation in the order of the prompt, and the numbers of documents and variables in them."""

    covers: Covers
    path_numbers: Mapping[str, int]
    variable_numbers: Mapping[str, int]

    def on(self, path: str) -> Covers:
        return self.covers.selected(self.covers.paths == self.path_numbers.get(path, -1))


def first_covers(explanation: Explanation, path: str) -> Covers:
    """Where units, and the values in them, begin in a document."""
    return _first_of_each(_traces(explanation).on(path))


def last_covers(explanation: Explanation, path: str) -> Covers:
    """Where units, and the values in them, end in a document."""
    covers = _traces(explanation).on(path)
    return _first_of_each(covers.selected(np.arange(len(covers))[::-1]))


def unit_begin(explanation: Explanation, unit: int) -> Place | None:
    """What a unit begins with in a template's body, else among the values; None for a unit that no document holds."""
    traces = _traces(explanation)
    own = traces.covers.selected(traces.covers.units == unit)
    if not len(own):
        return None
    first = int(np.argmax(own.variables == 0))
    path = list(traces.path_numbers)[int(own.paths[first])]
    return Place(path, int(own.starts[first]), int(own.ends[first]))


def units_that_show(explanation: Explanation, variable: str) -> list[int]:
    """The units that show any of a variable's text, be it of one of its members; rising."""
    traces = _traces(explanation)
    members = (f"{variable}.", f"{variable}[")
    numbers = [
        number for name, number in traces.variable_numbers.items() if name == variable or name.startswith(members)
    ]
    shown = np.isin(traces.covers.variables, numbers) & (traces.covers.variables > 0)
    return [int(unit) for unit in np.unique(traces.covers.units[shown])]


@remembered
def pieces(explanation: Explanation, path: str) -> Pieces:
    """A document that was explained, cut where the units written in it change."""
    covers, count = _traces(explanation).on(path), len(explanation.units)
    borders = np.unique(np.concatenate((covers.starts, covers.ends)))
    interval, owner = expanded(np.searchsorted(borders, covers.starts), np.searchsorted(borders, covers.ends))
    keys = np.unique(interval * count + covers.units[owner])
    offsets = starts_of_groups(keys // count)
    covered = (keys // count)[offsets]
    return _merged(Pieces(borders[covered], borders[covered + 1], keys % count, offsets)) if len(keys) else _NO_PIECES


@remembered
def stretches(explanation: Explanation, path: str) -> tuple[Indices, Indices, Indices]:
    """The unbroken stretches that units are written in: starts, ends and units, each of shape (stretches,)."""
    covers = _traces(explanation).on(path)
    covers = covers.selected(np.lexsort((covers.starts, covers.units)))
    if not len(covers):
        return covers.starts, covers.ends, covers.units
    # Units are told apart by a shift longer than any text, so that one running maximum serves them all.
    shift = covers.units * (int(covers.ends.max()) + 1)
    reached = np.maximum.accumulate(covers.ends + shift)
    breaks = np.concatenate(([True], covers.starts[1:] + shift[1:] > reached[:-1]))
    first = np.flatnonzero(breaks | np.concatenate(([True], covers.units[1:] != covers.units[:-1])))
    return covers.starts[first], np.maximum.reduceat(covers.ends, first), covers.units[first]


@remembered
def _traces(explanation: Explanation) -> _Traces:
    paths: dict[str, int] = {}
    variables: dict[str, int] = {NO_VARIABLE: 0}
    rows = [
        (
            segment.start,
            segment.end,
            place.start,
            place.end,
            exact,
            _number(paths, place.path),
            _number(variables, name),
        )
        for segment in explanation.source_map.segments
        for place, exact, name in _written(segment)
    ]
    written = np.array(rows, dtype=np.int64).reshape(-1, 7).T
    return _Traces(_covers(explanation, written), paths, variables)


def _covers(explanation: Explanation, written: Indices) -> Covers:
    """Every unit of the prompt at every place that shows one of its characters."""
    start, end, place_start, place_end, exact, path, variable = written
    numbers = np.array([n for n, unit in enumerate(explanation.units) if unit.part is Part.PROMPT], dtype=np.int64)
    spans = np.array([(explanation.units[n].start, explanation.units[n].end) for n in numbers], dtype=np.int64)
    unit_starts, unit_ends = spans.reshape(-1, 2).T
    unit, row = expanded(np.searchsorted(unit_ends, start, side="right"), np.searchsorted(unit_starts, end))
    first = np.maximum(unit_starts[unit], start[row]) - start[row]
    last = np.minimum(unit_ends[unit], end[row]) - start[row]
    copied = exact[row].astype(bool)
    starts = place_start[row] + np.where(copied, first, 0)
    ends = np.where(copied, place_start[row] + last, place_end[row])
    return Covers(starts, ends, numbers[unit], path[row], variable[row])


def _written(segment: Segment) -> list[tuple[Place, bool, str]]:
    """Where a segment is written: the place, whether it is a copy of it, and the variable at the place of a value."""
    origin = segment.origin
    found = [(origin.via, False, NO_VARIABLE)] if origin.via else []
    if origin.place and origin.place.start < origin.place.end:
        variable = origin.variable if origin.kind is OriginKind.VALUE else NO_VARIABLE
        found.append((origin.place, segment.exact, variable))
    return found


def _number(numbers: dict[str, int], name: str) -> int:
    return numbers.setdefault(name, len(numbers))


def _first_of_each(covers: Covers) -> Covers:
    """The first cover of each unit's text, and of each value in it."""
    most = int(covers.variables.max(initial=0)) + 1
    _, first = np.unique(covers.units * most + covers.variables, return_index=True)
    return covers.selected(first)


def _merged(found: Pieces) -> Pieces:
    """The same pieces, neighbours of the same units made one."""
    row = np.repeat(np.arange(len(found.starts)), found.counts)
    counterpart = np.arange(len(found.units)) + found.counts[row]
    equal = found.units == found.units[np.minimum(counterpart, len(found.units) - 1)]
    same_units = np.logical_and.reduceat(equal, found.offsets)[:-1] & (found.counts[1:] == found.counts[:-1])
    first = np.concatenate(([True], ~(same_units & (found.ends[:-1] == found.starts[1:]))))
    last = np.append(np.flatnonzero(first)[1:] - 1, len(first) - 1)
    units = found.units[first[row]]
    counts = found.counts[first]
    return Pieces(found.starts[first], found.ends[last], units, np.cumsum(counts) - counts)


_NOTHING = np.zeros(0, dtype=np.int64)
_NO_PIECES = Pieces(_NOTHING, _NOTHING, _NOTHING, _NOTHING)
