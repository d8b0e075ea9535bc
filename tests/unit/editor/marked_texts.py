"""Prompt files with a mark where the cursor is, for tests of what an editor can ask."""

from __future__ import annotations

from prompt_salience.editor.analysis import Source, analyse
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.text_change import Changes, applied
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.template import sidecar_name

CURSOR = "$0"
TEXT_PIECES = (
    *("{{", "}}", "{%", "%}", "{#", "#}", "{%-", "-}}", "'", '"', " ", "\n", "\r", "\r\n", "\u2028", "\\", "é🍳", "\t"),
    *("x", "y", ".", "|", "is", "not", "for", "in", "if", "endif", "set", "endset", "raw", "endraw", "=", "0", "1.5"),
    *(
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ":",
        ",",
        "---\n",
        "inputs:",
        "  ",
        "- ",
        "name: ",
        "cases:",
        "values:",
        "&a ",
        "*a",
    ),
    *("user:", "system:\n", "#", "## Example 1\n", "Q: ", "A: ", "# a\n", '{"prompt": "a"}', "|\n", "\ud800", "\x00"),
)
"""What prompt files are made of, to be put together at random."""


def snapshot_of(path: str, text: str, sidecar: str | None = None, case: str | None = None) -> Snapshot:
    """A snapshot of a prompt file, and of the values beside it."""
    source = Source(Document(path, text), _beside(path, sidecar))
    return Snapshot(source.documents, analyse(source, case))


def changed(snapshot: Snapshot, changes: Changes) -> Snapshot:
    """The snapshot after changes, of the same case."""
    texts = {path: document.text for path, document in snapshot.documents.items()}
    for path, of_path in changes.items():
        texts[path] = applied(texts.get(path, ""), of_path)
    body = texts.pop(snapshot.path)
    return snapshot_of(snapshot.path, body, next(iter(texts.values()), None), snapshot.analysis.case)


def marked(path: str, text: str, sidecar: str | None = None, case: str | None = None) -> tuple[Snapshot, str, int]:
    """A snapshot without the mark, the path of the document that had it, and where it stood."""
    in_body = CURSOR in text
    offset = text.index(CURSOR) if in_body else (sidecar or "").index(CURSOR)
    snapshot = snapshot_of(path, text.replace(CURSOR, ""), sidecar and sidecar.replace(CURSOR, ""), case)
    return snapshot, path if in_body else str(sidecar_name(path)), offset


def _beside(path: str, sidecar: str | None) -> Document | None:
    return None if sidecar is None else Document(str(sidecar_name(path)), sidecar)
