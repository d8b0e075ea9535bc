"""Checks by removing, kept for as long as they say something of the prompt as it was explained last.

Decisions:
- A check is about a text of the prompt and a part of the response, not about a division or a method: these may change.
- It outlives edits of other parts of the prompt, and says so. It goes when its own text is edited, with another
  response, and with another model.
"""

from __future__ import annotations

from dataclasses import replace

from prompt_salience.editor.alignment import Alignment, align
from prompt_salience.editor.snapshot import Explained, KeptCheck
from prompt_salience.prompts.units import Part
from prompt_salience.verifying import Check


def with_check(explained: Explained, check: Check) -> Explained:
    """The same explanation with a new check of it, in place of an older one of the same."""
    others = tuple(kept for kept in explained.checks if (kept.spans, kept.check.target) != (check.spans, check.target))
    return replace(explained, checks=(*others, KeptCheck(check, check.spans)))


def with_checks_of(before: Explained | None, now: Explained) -> Explained:
    """A newer explanation with those checks of an older one that still say something."""
    if before is None or not before.checks:
        return now
    if before.run.completion.text != now.run.completion.text or before.run.model != now.run.model:
        return now
    moves = align(before.run.prompt.text, now.run.prompt.text)
    kept = (_moved(check, moves, now) for check in before.checks)
    return replace(now, checks=tuple(check for check in kept if check))


def _moved(kept: KeptCheck, moves: Alignment, now: Explained) -> KeptCheck | None:
    if moves.identical:
        return kept
    found = [moves.moved(*span) for span in kept.spans]
    spans = tuple((place.start, place.end) for place in found if place and not place.changed)
    units = {(unit.start, unit.end) for unit in now.explanation.units if unit.part is Part.PROMPT}
    # A unit that something was added to is as long as both together.
    return KeptCheck(kept.check, spans, edited=True) if len(spans) == len(found) and units.issuperset(spans) else None
