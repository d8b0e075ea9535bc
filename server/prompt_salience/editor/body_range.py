"""Which part of a prompt file is its body, in any text, however broken."""

from __future__ import annotations

from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.prompts.formats import prompty
from prompt_salience.prompts.formats.front_matter import front_matter_range


def body_range(snapshot: Snapshot) -> tuple[int, int]:
    """Start and end of the body in the current text of the prompt file."""
    text = snapshot.documents[snapshot.path].text
    found = front_matter_range(text) if snapshot.analysis.format.NAME == prompty.NAME else None
    return (found[2] if found else 0), len(text)
