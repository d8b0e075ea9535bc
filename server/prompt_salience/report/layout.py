"""A text laid out in rows of a given width, exactly as written, each character knowing its offset.

Decisions:
- A source line that fits stays one row; a longer one wraps at white space, between wide characters, and as a last
  resort inside a word. White space at a wrap is not shown.
- Widths are terminal columns, counted for whole grapheme clusters: accents, emoji sequences and East Asian text.
- A tab is four columns. Text that is unsafe to show is escaped before it is measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex
from rich.cells import cell_len

from prompt_salience.report.escaping import escaped, expressible

_TAB = " " * 4
_LINE_END = regex.compile(r"\r\n|\n")
_GRAPHEME = regex.compile(r"\X")
_WIDE = 2


@dataclass(frozen=True, slots=True)
class Glyph:
    """What is shown for one grapheme cluster: its text, its columns, and the offset of its first character."""

    text: str
    width: int
    offset: int

    @property
    def blank(self) -> bool:
        """Whether only white space is shown."""
        return self.text.isspace()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of glyphs. ``start:end`` is the range of the text it shows, its line end and wrapped blanks included."""

    glyphs: tuple[Glyph, ...]
    start: int
    end: int

    @property
    def width(self) -> int:
        """Columns taken."""
        return sum(glyph.width for glyph in self.glyphs)


def rows(text: str, start: int, end: int, width: int, encoding: str = "utf-8") -> tuple[Row, ...]:
    """The rows that show ``text[start:end]`` in at most ``width`` columns, in order and without gap.

    A row is wider than ``width`` only where a single grapheme cluster is.
    """
    laid_out: list[Row] = []
    for line_start, line_end, next_start in _lines(text, start, end):
        glyphs = [_glyph(match, encoding) for match in _GRAPHEME.finditer(text, line_start, line_end)]
        laid_out.extend(_wrapped(glyphs, line_start, next_start, width))
    return tuple(laid_out)


def clipped(text: str, width: int, encoding: str = "utf-8") -> str:
    """``text`` on one row of at most ``width`` columns, runs of white space as one blank, an ellipsis if cut."""
    line = " ".join(text.split())
    glyphs = [_glyph(match, encoding) for match in _GRAPHEME.finditer(line)]
    if sum(glyph.width for glyph in glyphs) <= width:
        return "".join(glyph.text for glyph in glyphs)
    ellipsis = expressible("…", "...", encoding)
    kept, columns = "", cell_len(ellipsis)
    for glyph in glyphs:
        columns += glyph.width
        if columns > width:
            break
        kept += glyph.text
    return kept + ellipsis


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Start, end, and start of the next line; a line end at the very end begins no further line."""
    position = start
    for match in _LINE_END.finditer(text, start, end):
        yield position, match.start(), match.end()
        position = match.end()
    if position < end:
        yield position, end, end


def _glyph(match: regex.Match[str], encoding: str) -> Glyph:
    shown = escaped(match[0].replace("\t", _TAB), encoding)
    return Glyph(shown, cell_len(shown), match.start())


def _wrapped(glyphs: list[Glyph], start: int, end: int, width: int) -> Iterator[Row]:
    position, remaining = 0, sum(glyph.width for glyph in glyphs)
    while remaining > width:
        cut = _cut(glyphs, position, width)
        following = _next_ink(glyphs, cut)
        if following == len(glyphs):
            break
        row_end = glyphs[following].offset
        yield Row(_trimmed(glyphs[position:cut]), start, row_end)
        remaining -= sum(glyph.width for glyph in glyphs[position:following])
        position, start = following, row_end
    yield Row(_trimmed(glyphs[position:]), start, end)


def _cut(glyphs: list[Glyph], position: int, width: int) -> int:
    """Where the row that begins at ``position`` ends: the last break that fits, else as many glyphs as fit."""
    full, columns = position, 0
    while full < len(glyphs) and columns + glyphs[full].width <= width:
        columns += glyphs[full].width
        full += 1
    ink = _next_ink(glyphs, position)
    breaks = (cut for cut in range(full, ink, -1) if cut == len(glyphs) or _may_break(glyphs[cut - 1], glyphs[cut]))
    return next(breaks, max(full, position + 1))


def _may_break(before: Glyph, after: Glyph) -> bool:
    return before.blank or after.blank or (before.width == _WIDE and after.width == _WIDE)


def _next_ink(glyphs: list[Glyph], position: int) -> int:
    while position < len(glyphs) and glyphs[position].blank:
        position += 1
    return position


def _trimmed(glyphs: list[Glyph]) -> tuple[Glyph, ...]:
    count = len(glyphs)
    while count and glyphs[count - 1].blank:
        count -= 1
    return tuple(glyphs[:count])
