"""Cuts rendered text into messages, at the role markers that were rendered from the template's own text.

Decisions:
- A marker counts where its own characters are rendered unchanged, as often as they are (a loop may speak several
  turns). The same words in a value are part of a message.
- Text before the first marker is the system's.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from prompt_salience.prompts.chat import Spoken
from prompt_salience.prompts.roles import RoleMarker
from prompt_salience.prompts.source_map import OriginKind, Place
from prompt_salience.prompts.traced_text import Run, TracedText, runs_of

FIRST_ROLE = "system"


def split_messages(text: TracedText, markers: Sequence[RoleMarker]) -> Iterator[Spoken]:
    """The messages of a rendered text, in order; some may be blank."""
    role, start = FIRST_ROLE, 0
    for marker, first, last in _rendered_markers(text, markers):
        yield Spoken(role, TracedText(text[start:first]))
        role, start = marker.role, last
    yield Spoken(role, TracedText(text[start:]))


def _rendered_markers(text: TracedText, markers: Sequence[RoleMarker]) -> Iterator[tuple[RoleMarker, int, int]]:
    starts = [marker.place.start for marker in markers]
    position = 0
    for run in runs_of(text):
        place = _literal_place(run)
        if place is not None:
            index = bisect_left(starts, place.start)
            while index < len(markers) and markers[index].place.end <= place.end:
                offset = position - place.start
                yield markers[index], markers[index].place.start + offset, markers[index].place.end + offset
                index += 1
        position += run.length


def _literal_place(run: Run) -> Place | None:
    origin = run.narrowed()
    if run.offset < 0 or origin is None or origin.kind is not OriginKind.TEMPLATE:
        return None
    return origin.place
