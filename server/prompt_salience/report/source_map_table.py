"""A source map as a table: what piece of the prompt came from where.

Decisions:
- One row for each segment: its range in the prompt, its kind, its place as ``path:line:column``, the variable whose
  value it shows, and the text, cut short. Offsets are code points, lines and columns count from one.
"""

from __future__ import annotations

from collections.abc import Mapping

from prompt_salience.prompts.document import Document
from prompt_salience.prompts.rendered import RenderedPrompt
from prompt_salience.prompts.source_map import Segment
from prompt_salience.report.escaping import escaped
from prompt_salience.report.layout import clipped

_HEADINGS = ("range", "kind", "place", "variable", "text")
_TEXT_WIDTH = 40


def source_map_table(prompt: RenderedPrompt, documents: Mapping[str, Document], encoding: str) -> list[str]:
    """The lines of the table, its headings first."""
    found = [_HEADINGS, *(_cells(segment, prompt.text, documents, encoding) for segment in prompt.source_map.segments)]
    widths = [max(len(row[column]) for row in found) for column in range(len(_HEADINGS) - 1)]
    return ["  ".join([*map(str.ljust, row[:-1], widths), row[-1]]).rstrip() for row in found]


def _cells(segment: Segment, text: str, documents: Mapping[str, Document], encoding: str) -> tuple[str, ...]:
    piece = escaped(text[segment.start : segment.end].replace("\n", "\\n"), encoding)
    return (
        f"{segment.start}-{segment.end}",
        segment.origin.kind.value,
        escaped(_place(segment, documents), encoding),
        escaped(segment.origin.variable, encoding),
        clipped(piece, _TEXT_WIDTH, encoding),
    )


def _place(segment: Segment, documents: Mapping[str, Document]) -> str:
    place = segment.origin.place
    if place is None:
        return ""
    document = documents.get(place.path)
    if document is None:
        return f"{place.path}[{place.start}:{place.end}]"
    line, column = document.line_and_column(place.start)
    return f"{place.path}:{line}:{column}"
