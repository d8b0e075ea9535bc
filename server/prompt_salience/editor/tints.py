"""Influence on the text as it is now: pieces of a document with the units they became, and how much these did.

Decisions:
- A place that was rendered several times, as the body of a loop, stands for all the units that it became: its
  influence is their sum.
- Known influence moves with its text. A unit is stale once any of the places that it is written in was edited, in
  whichever document; all its pieces show that, and keep their level.
- Text put right before or after a unit on the same line edits the unit: that is how a sentence is made longer. Its
  tint covers the sentence as it is now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prompt_salience.attribution.explanation import Explanation, TargetScores
from prompt_salience.attribution.scale import THRESHOLDS, reference
from prompt_salience.editor.additions import Additions, additions
from prompt_salience.editor.alignment import Alignment, align
from prompt_salience.editor.index_ranges import Indices
from prompt_salience.editor.remembering import remembered
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.unit_places import pieces, stretches
from prompt_salience.prompts.pieces import Divider, Piece
from prompt_salience.prompts.sentences import sentence_divider
from prompt_salience.prompts.source_map import Place
from prompt_salience.prompts.units import Granularity, Part
from prompt_salience.prompts.words import words


@dataclass(frozen=True, slots=True)
class Tint:
    """The piece ``start:end`` of a document as it is now.

    Attributes:
        units: indices of the explanation's units that were rendered from it, rising; at least one.
        influence: the sum of their shares of the chosen target.
        level: from -5 to 5, as ``attribution.scale`` has it.
        stale: whether one of the units was edited since it was explained.
    """

    start: int
    end: int
    units: tuple[int, ...]
    influence: float
    level: int
    stale: bool


@remembered
def tints(snapshot: Snapshot, path: str) -> tuple[Tint, ...]:
    """The pieces of a document that units were rendered from, in order and without overlap."""
    explanation = _explanation(snapshot)
    if explanation is None or path not in explanation.documents or path not in snapshot.documents:
        return ()
    found = pieces(explanation, path)
    if not len(found.starts):
        return ()
    moved = alignment(snapshot, path).moved_all(found.starts, found.ends)
    now = added(snapshot, path).joined(found.starts, found.ends, moved, _divider(explanation))
    influences = np.add.reduceat(chosen_target(explanation).influence[found.units], found.offsets)
    stale = np.logical_or.reduceat(stale_units(snapshot)[found.units], found.offsets)
    columns = (now.starts, now.ends, found.offsets, found.counts, influences, _levels(explanation, influences), stale)
    units = found.units.tolist()
    return tuple(
        Tint(start, end, tuple(units[offset : offset + count]), influence, level, edited)
        for start, end, offset, count, influence, level, edited in zip(*(c.tolist() for c in columns), strict=True)
        if start < end
    )


@remembered
def alignment(snapshot: Snapshot, path: str) -> Alignment:
    """From a document as it was explained to the same document as it is now; one that is gone is empty now."""
    explanation = _explanation(snapshot)
    before = explanation.documents.get(path) if explanation else None
    now = snapshot.documents.get(path)
    return align(before.text if before else "", now.text if now else "")


@remembered
def added(snapshot: Snapshot, path: str) -> Additions:
    """What was added to a document since it was explained."""
    now = snapshot.documents.get(path)
    return additions(alignment(snapshot, path), now.text if now else "")


def current_place(snapshot: Snapshot, place: Place) -> Place | None:
    """Where a place of the texts that were explained is now, or None where it was deleted."""
    found = alignment(snapshot, place.path).moved(place.start, place.end)
    return Place(place.path, found.start, found.end) if found else None


def chosen_target(explanation: Explanation) -> TargetScores:
    """The target that is explained now."""
    return explanation.targets[explanation.chosen]


@remembered
def stale_units(snapshot: Snapshot) -> NDArray[np.bool_]:
    """Whether each unit of the explanation was edited since, shape (units,)."""
    explanation = _explanation(snapshot)
    stale = np.zeros(len(explanation.units) if explanation else 0, dtype=bool)
    for path in explanation.documents if explanation else ():
        if explanation and not alignment(snapshot, path).identical:
            stale[_edited(snapshot, path, *stretches(explanation, path))] = True
    return stale


def _edited(snapshot: Snapshot, path: str, starts: Indices, ends: Indices, units: Indices) -> Indices:
    """The units of the stretches that were changed, added to or deleted."""
    now = alignment(snapshot, path).moved_all(starts, ends)
    edited: Indices = units[now.changed | (now.starts == now.ends) | added(snapshot, path).touch(starts, ends)]
    return edited


def _divider(explanation: Explanation) -> Divider:
    """How text that was added to a unit is divided into what goes on with the unit, and what does not."""
    match explanation.granularity:
        case Granularity.TOKEN | Granularity.WORD:
            return words
        case Granularity.SENTENCE:
            return sentence_divider(explanation.language)
        case _:
            return _whole


def _whole(_text: str, start: int, end: int) -> Iterator[Piece]:
    yield Piece(start, end, "line")


def _levels(explanation: Explanation, influences: NDArray[np.float64]) -> NDArray[np.int64]:
    """Levels of sums of shares, on the scale of the single units."""
    in_prompt = [unit.part is Part.PROMPT for unit in explanation.units]
    proportion = np.abs(influences) / reference(chosen_target(explanation).influence, in_prompt)
    level = np.searchsorted(THRESHOLDS, proportion, side="right")
    return np.where(influences < 0, -level, level).astype(np.int64)


def _explanation(snapshot: Snapshot) -> Explanation | None:
    return snapshot.explained.explanation if snapshot.explained else None
