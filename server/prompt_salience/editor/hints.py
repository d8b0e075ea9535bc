"""Influence written at the ends of lines, for all who cannot see colours, or are shown none.

Decisions:
- Up to the granularity of a line, a line's hint is the sum of the units that begin on it; a unit that runs over
  several lines is counted once. Larger units have theirs at the end of their last line.
- ``~34%`` is the figure of a text that was edited since.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prompt_salience.attribution.explanation import Explanation
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


@remembered
def hints(snapshot: Snapshot, path: str) -> tuple[Hint, ...]:
    """The shares at the ends of the lines of a document, where they reach the threshold of ``choices``."""
    if snapshot.explained is None or path not in snapshot.documents:
        return ()
    explanation = snapshot.explained.explanation
    influence, least = chosen_target(explanation).influence, snapshot.choices.hint_threshold
    by_line: dict[int, set[int]] = {}
    for line, unit in _units_at_lines(snapshot, explanation, path):
        by_line.setdefault(line, set()).add(unit)
    shares = {line: float(influence[sorted(units)].sum()) for line, units in by_line.items()}
    shown = sorted(line for line, share in shares.items() if share and abs(share) >= least)
    return tuple(_hint(snapshot, explanation, path, line, by_line[line], shares[line]) for line in shown)


def _units_at_lines(snapshot: Snapshot, explanation: Explanation, path: str) -> Iterator[tuple[int, int]]:
    """Every line of the current text with a unit whose hint stands there."""
    large = explanation.granularity in LARGE
    covers = last_covers(explanation, path) if large else first_covers(explanation, path)
    now = alignment(snapshot, path).moved_all(covers.starts, covers.ends)
    text = lines(snapshot, path)
    for start, end, unit in zip(now.starts.tolist(), now.ends.tolist(), covers.units.tolist(), strict=True):
        if start < end:
            yield text.at(end - 1 if large else start), unit


def _hint(snapshot: Snapshot, explanation: Explanation, path: str, line: int, units: set[int], share: float) -> Hint:
    stale = bool(stale_units(snapshot)[sorted(units)].any())
    percent = ShareFormat(explanation.method.signed, unicode=True).percent(share).strip()
    what = counted(len(units), unit_noun(explanation))
    tooltip = f"Influence of {what} on the target: {target_name(explanation)}."
    edited = " Edited since: the figure is that of the text before." if stale else ""
    return Hint(lines(snapshot, path).ends[line], ("~" if stale else "") + percent, tooltip + edited)
