"""Which units of the prompt can be taken out at a place, to check what they do.

Decisions:
- Only an explanation of the texts as they are now can be checked: what is taken out is what its reader sees.
- A place that was rendered several times stands for all the units that it became.
"""

from __future__ import annotations

from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.tints import Tint, tints


def is_explained_now(snapshot: Snapshot) -> bool:
    """Whether the last explanation is of the texts as they are now."""
    return snapshot.explained is not None and dict(snapshot.explained.run.documents) == dict(snapshot.documents)


def removable_units(snapshot: Snapshot, path: str, start: int, end: int) -> tuple[int, ...]:
    """The units written at ``start:end`` of a document, or at a cursor, rising; none where nothing can be checked."""
    if not is_explained_now(snapshot):
        return ()
    found = _selected(tints(snapshot, path), start, end)
    return tuple(sorted({unit for tint in found for unit in tint.units}))


def _selected(found: tuple[Tint, ...], start: int, end: int) -> list[Tint]:
    inside = [tint for tint in found if tint.start < max(end, start + 1) and start < tint.end]
    return inside if inside or start < end else [tint for tint in found if tint.end == start]
