r"""Highlights of a prompt file's syntax, in any text, however broken.

Decisions:
- Everything is told from the text alone, so that what an editor styles never waits for a parse, nor vanishes
  because of a fault somewhere else.
- A highlight lies within one line, and lines end at ``\n``, ``\r\n`` and ``\r`` only, as editors count them.
- Plain text has a syntax only where it has values: without, its braces are braces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import merge

from prompt_salience.editor.highlight import Highlight, Kind
from prompt_salience.editor.jinja_syntax import jinja_syntax
from prompt_salience.editor.remembering import remembered
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.yaml_syntax import yaml_syntax
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.formats import jinja_file, jsonl, prompty
from prompt_salience.prompts.formats.format import Format
from prompt_salience.prompts.formats.front_matter import front_matter_range
from prompt_salience.prompts.formats.json_keys import key_spans
from prompt_salience.prompts.roles import MARKER, ROLES

LINE = re.compile(r"[^\r\n]+")
FENCE = "---"


def syntax(document: Document, written_in: Format, *, has_sidecar: bool = False) -> tuple[Highlight, ...]:
    """The highlights of a prompt file, in order, without overlap. ``has_sidecar`` matters to plain text only."""
    found = SYNTAXES.get(written_in.NAME)
    if found is None and has_sidecar:
        found = _jinja
    return _within_lines(document.text, found(document.text)) if found else ()


def sidecar_syntax(document: Document) -> tuple[Highlight, ...]:
    """The highlights of a file of values, in order, without overlap."""
    return _within_lines(document.text, yaml_syntax(document.text, 0, len(document.text)))


@remembered
def file_syntax(snapshot: Snapshot, path: str) -> tuple[Highlight, ...]:
    """The highlights of the prompt file, or of the file of values where ``path`` is its path."""
    document = snapshot.documents.get(path)
    if document is None:
        return ()
    if path != snapshot.path:
        return sidecar_syntax(document)
    return syntax(document, snapshot.analysis.format, has_sidecar=len(snapshot.documents) > 1)


def _jinja(text: str) -> Iterator[Highlight]:
    return jinja_syntax(text, 0, len(text))


def _prompty(text: str) -> Iterator[Highlight]:
    found = front_matter_range(text)
    body = 0
    if found:
        start, end, body = found
        opening = text.index(FENCE)
        yield Highlight(opening, opening + len(FENCE), Kind.OPERATOR)
        yield from yaml_syntax(text, start, end)
        if end < body:
            yield Highlight(end, end + len(FENCE), Kind.OPERATOR)
    yield from _with_roles(text, body)


def _with_roles(text: str, start: int) -> Iterator[Highlight]:
    """The tags and role markers of a body; a line inside a tag starts no message."""
    end = 0
    both = merge(jinja_syntax(text, start, len(text)), _roles(text, start), key=lambda found: found.start)
    for found in both:
        if found.start >= end:
            yield found
            end = found.end


def _roles(text: str, start: int) -> Iterator[Highlight]:
    for found in MARKER.finditer(text, start):
        if found["role"].lower() in ROLES:
            yield Highlight(found.start("role"), found.start("role") + len(found.group().strip(" \t#")), Kind.TYPE)


def _json_lines(text: str) -> Iterator[Highlight]:
    return (Highlight(*span, Kind.PROPERTY) for span in key_spans(text, 0, len(text)))


SYNTAXES: Mapping[str, Callable[[str], Iterator[Highlight]]] = {
    prompty.NAME: _prompty,
    jinja_file.NAME: _jinja,
    jsonl.NAME: _json_lines,
}


def _within_lines(text: str, found: Iterable[Highlight]) -> tuple[Highlight, ...]:
    return tuple(piece for highlight in found for piece in _lines_of(text, highlight))


def _lines_of(text: str, highlight: Highlight) -> Iterator[Highlight]:
    first = LINE.match(text, highlight.start, highlight.end)
    if first and first.end() == highlight.end:
        yield highlight
        return
    for line in LINE.finditer(text, highlight.start, highlight.end):
        yield Highlight(*line.span(), highlight.kind, highlight.modifiers)
