"""Which text of a prompt file is sent to the model, by the last analysis.

Decisions:
- An expression counts as sent where it emitted text, and a value where it was shown.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from prompt_salience.editor.alignment import Alignment, align
from prompt_salience.editor.remembering import remembered
from prompt_salience.editor.snapshot import Snapshot


@dataclass(frozen=True)
class Ranges:
    """Ranges of a text, in order, none touching the next."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __contains__(self, offset: int) -> bool:
        position = bisect_right(self.starts, offset) - 1
        return position >= 0 and offset < self.ends[position]


def is_sent(snapshot: Snapshot, path: str, analysed_offset: int) -> bool:
    """Whether the character at an offset of the text that was analysed becomes text of the rendered prompt."""
    return analysed_offset in _sent(snapshot, path)


def analysed_offset(snapshot: Snapshot, path: str, offset: int) -> int | None:
    """Where a character of the current text stands in the text that was analysed; None where it is newer."""
    found = _backwards(snapshot, path).moved(offset, offset + 1)
    return found.start if found and not found.changed else None


@remembered
def _sent(snapshot: Snapshot, path: str) -> Ranges:
    rendered = snapshot.analysis.rendered
    segments = rendered.source_map.segments if rendered else ()
    places = [place for segment in segments for place in (segment.origin.place, segment.origin.via) if place]
    merged: list[tuple[int, int]] = []
    for start, end in sorted((place.start, place.end) for place in places if place.path == path):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return Ranges(tuple(start for start, _ in merged), tuple(end for _, end in merged))


@remembered
def _backwards(snapshot: Snapshot, path: str) -> Alignment:
    analysed = snapshot.analysis.documents.get(path)
    return align(snapshot.documents[path].text, analysed.text if analysed else "")
