"""What of a snapshot's analysis may be used with the texts as they are now."""

from __future__ import annotations

from prompt_salience.editor.snapshot import Snapshot


def is_current(snapshot: Snapshot) -> bool:
    """Whether the analysis is of the texts as they are now, so that its places are places in them."""
    return dict(snapshot.documents) == dict(snapshot.analysis.documents)
