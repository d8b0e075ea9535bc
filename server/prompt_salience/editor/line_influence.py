"""How much each line of a document influenced the chosen target.

Decisions:
- A line's influence is the sum over the units that are written on it, each counted once.
- A line's rank is its place among the lines of the document that units are written on, the strongest first; lines of
  equal strength share a rank. A line of the body has no rival in the front matter, whose values the body shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.editor.body_range import body_range
from prompt_salience.editor.index_ranges import Indices, expanded, starts_of_groups
from prompt_salience.editor.remembering import remembered
from prompt_salience.editor.snapshot import Snapshot, lines
from prompt_salience.editor.tints import chosen_target, stale_units, tints
from prompt_salience.report.captions import response_units


@dataclass(frozen=True)
class LineInfluence:
    """What is known of one line.

    Attributes:
        units: the units written on it, rising.
        influence: their share of the chosen target.
        score: the sum of their raw scores.
        rank: from one; 1 is the strongest line.
        of: how many lines there are that units are written on.
        stale: whether one of the units was edited since it was explained.
    """

    units: tuple[int, ...]
    influence: float
    score: float
    rank: int
    of: int
    stale: bool


@dataclass(frozen=True)
class _Table:
    """The lines that units are written on, rising; and their units, one line after the other."""

    lines: Indices
    offsets: Indices
    units: Indices
    sums: NDArray[np.float64]

    def strengths(self, rivals: NDArray[np.bool_]) -> NDArray[np.float64]:
        """What the sums of some lines are without their signs, rising."""
        return np.sort(np.abs(self.sums[rivals]))


def line_influence(snapshot: Snapshot, path: str, line: int) -> LineInfluence | None:
    """A line of a document, counted from zero; None where no unit is written on it."""
    if snapshot.explained is None:
        return None
    table = _table(snapshot, path)
    row = int(np.searchsorted(table.lines, line))
    if row == len(table.lines) or table.lines[row] != line:
        return None
    units = table.units[table.offsets[row] : [*table.offsets[1:], len(table.units)][row]]
    body = _body_line(snapshot, path)
    strengths = table.strengths((table.lines >= body) == (line >= body))
    weaker = int(np.searchsorted(strengths, abs(table.sums[row]), side="right"))
    return LineInfluence(
        units=tuple(units.tolist()),
        influence=float(table.sums[row]),
        score=float(chosen_target(snapshot.explained.explanation).unit_scores[units].sum()),
        rank=len(strengths) - weaker + 1,
        of=len(strengths),
        stale=bool(stale_units(snapshot)[units].any()),
    )


def response_shares(explanation: Explanation, units: Sequence[int]) -> list[tuple[int, float]]:
    """For each unit of the response its target's index, and the share that ``units`` have in it."""
    indices = range(1, 1 + len(response_units(explanation)))
    return [(index, float(explanation.targets[index].influence[list(units)].sum())) for index in indices]


@remembered
def _table(snapshot: Snapshot, path: str) -> _Table:
    keys, count = _lines_and_units(snapshot, path)
    units, offsets = keys % count, starts_of_groups(keys // count)
    influence = chosen_target(snapshot.explained.explanation).influence if snapshot.explained else np.zeros(0)
    sums = np.add.reduceat(influence[units], offsets) if len(offsets) else np.zeros(0)
    return _Table((keys // count)[offsets], offsets, units, sums)


def _body_line(snapshot: Snapshot, path: str) -> int:
    """The first line of the body; of a document that has none, the first one."""
    return lines(snapshot, path).at(body_range(snapshot)[0]) if path == snapshot.path else 0


def _lines_and_units(snapshot: Snapshot, path: str) -> tuple[Indices, int]:
    """Every line with every unit on it, as ``line * count + unit``, rising; and ``count``."""
    found, text = tints(snapshot, path), lines(snapshot, path)
    spans = np.array([(tint.start, tint.end, len(tint.units)) for tint in found], dtype=np.int64).reshape(-1, 3)
    units = np.array([unit for tint in found for unit in tint.units], dtype=np.int64)
    starts = np.array(text.starts)
    first = np.searchsorted(starts, spans[:, 0], side="right") - 1
    line, tint = expanded(first, np.searchsorted(starts, spans[:, 1] - 1, side="right"))
    inked = np.array([begin < end for begin, end in text.inks])[line]
    line, tint = line[inked], tint[inked]
    offsets = np.cumsum(spans[:, 2]) - spans[:, 2]
    unit, owner = expanded(offsets[tint], offsets[tint] + spans[tint, 2])
    count = int(units.max(initial=0)) + 1
    return np.unique(line[owner] * count + units[unit]), count
