"""Influence written at the ends of lines, for all who cannot see colours, or are shown none.

Decisions:
- Up to the granularity of a line, a line's hint is the sum of the units that begin on it; a unit that runs over
  several lines is counted once. Larger units have theirs at the end of their last line.
- ``~34%`` is the figure of a text that was edited since.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.editor.index_ranges import Indices, starts_of_groups
from prompt_salience.editor.influence_words import counted
from prompt_salience.editor.remembering import remembered
from prompt_salience.editor.snapshot import Snapshot, lines
from prompt_salience.editor.targets import target_name
from prompt_salience.editor.tints import alignment, chosen_target, stale_units
from prompt_salience.editor.unit_places import first_covers, last_covers
from prompt_salience.prompts.units import Granularity
from prompt_salience.report.captions import unit_noun
from prompt_salience.report.shares import ShareFormat

LARGE = (Granularity.PARAGRAPH, Granularity.PATTERN, Granularity.MESSAGE, Granularity.EXAMPLE)


@dataclass(frozen=True, slots=True)
class Hint:
    """A text to show at ``offset``, the end of a line; ``tooltip`` says what it means."""

    offset: int
    text: str
    tooltip: str


def hints(snapshot: Snapshot, path: str, start: int = 0, end: int | None = None) -> tuple[Hint, ...]:
    """The shares at the ends of the lines of a document, where they reach the threshold of ``choices``.

    Args:
        snapshot: the file.
        path: the prompt file, or its file of values.
        start: only lines that end here or later are asked about.
        end: only lines that end here or earlier are; None for all.
    """
    found, text = _shares(snapshot, path), lines(snapshot, path) if path in snapshot.documents else None
    if text is None or snapshot.explained is None:
        return ()
    explanation = snapshot.explained.explanation
    last = len(text.text) if end is None else end
    return tuple(
        _hint(snapshot, explanation, text.ends[line], units, share)
        for line, units, share in found
        if start <= text.ends[line] <= last
    )


@remembered
def _shares(snapshot: Snapshot, path: str) -> tuple[tuple[int, Indices, float], ...]:
    """Lines of the current text that have a hint, rising: the units it is about, and their share."""
    if snapshot.explained is None or path not in snapshot.documents:
        return ()
    explanation, least = snapshot.explained.explanation, snapshot.choices.hint_threshold
    influence = chosen_target(explanation).influence
    at, units = _units_at_lines(snapshot, explanation, path)
    if not len(at):
        return ()
    firsts = starts_of_groups(at)
    shares = np.add.reduceat(influence[units], firsts)
    borders = (*firsts.tolist(), len(at))
    shown = np.flatnonzero((shares != 0) & (np.abs(shares) >= least)).tolist()
    return tuple((int(at[borders[n]]), units[borders[n] : borders[n + 1]], float(shares[n])) for n in shown)


def _units_at_lines(snapshot: Snapshot, explanation: Explanation, path: str) -> tuple[Indices, Indices]:
    """Every pair of a line of the current text and a unit whose hint stands there, rising: the lines, and the units."""
    large = explanation.granularity in LARGE
    covers = last_covers(explanation, path) if large else first_covers(explanation, path)
    now = alignment(snapshot, path).moved_all(covers.starts, covers.ends)
    there = now.starts < now.ends
    anchors = (now.ends - 1 if large else now.starts)[there]
    at = np.searchsorted(lines(snapshot, path).starts, anchors, side="right") - 1
    pairs = np.unique(np.column_stack((at, covers.units[there])).reshape(-1, 2), axis=0)
    return pairs[:, 0], pairs[:, 1]


def _hint(snapshot: Snapshot, explanation: Explanation, offset: int, units: Indices, share: float) -> Hint:
    stale = bool(stale_units(snapshot)[units].any())
    percent = ShareFormat(explanation.method.signed, unicode=True).percent(share).strip()
    what = counted(len(units), unit_noun(explanation))
    tooltip = f"Influence of {what} on the target: {target_name(explanation)}."
    edited = " Edited since: the figure is that of the text before." if stale else ""
    return Hint(offset, ("~" if stale else "") + percent, tooltip + edited)
