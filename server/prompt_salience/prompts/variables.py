"""The values in a prompt, one piece each, and the lines of text around them.

Decisions:
- Neighbouring characters that show the same variable are one piece, whichever expressions put them there.
- What an expression computed, so that no single variable can be named for it, is a piece of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from prompt_salience.prompts.pieces import Divider, Piece
from prompt_salience.prompts.source_map import OriginKind, Place, Segment, SourceMap
from prompt_salience.prompts.structure import line_texts


def variable_divider(source_map: SourceMap) -> Divider:
    """Divides a prompt by what its source map says."""

    def divide(text: str, start: int, end: int) -> Iterator[Piece]:
        for (kind, _), group in groupby(source_map.within(start, end), key=_shown):
            segments = list(group)
            first, last = segments[0].start, segments[-1].end
            if kind == "text":
                yield from (piece._replace(kind=kind) for piece in line_texts(text, first, last))
            else:
                yield Piece(first, last, kind)

    return divide


def _shown(segment: Segment) -> tuple[str, str | Place | None]:
    """What a segment shows: its kind, and which of that kind it is."""
    if segment.origin.variable:
        return "variable", segment.origin.variable
    if segment.origin.kind is OriginKind.EXPRESSION:
        return "expression", segment.origin.place
    return "text", None
