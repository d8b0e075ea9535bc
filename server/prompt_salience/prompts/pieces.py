"""Pieces: what a text is cut into before white space is taken off the edges.

Every way of dividing is a function from a stretch of text to pieces that cover the stretch without gap, in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple


class Piece(NamedTuple):
    """The range ``start:end`` of a text, in code points, and what it is: such as ``sentence`` or ``heading``."""

    start: int
    end: int
    kind: str


Divider = Callable[[str, int, int], Iterator[Piece]]
"""Cuts the range ``start:end`` of a text into pieces that cover it, in order."""


def stripped(text: str, pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces without the white space at their edges; those of white space alone are left out.

    White space is what ``str.isspace`` calls so: no-break and ideographic spaces are, zero-width marks are not.
    """
    for piece in pieces:
        chunk = text[piece.start : piece.end]
        trimmed = chunk.lstrip()
        start = piece.end - len(trimmed)
        end = start + len(trimmed.rstrip())
        if start < end:
            yield Piece(start, end, piece.kind)
