"""How a document is coloured: influence where there is some, and the template's syntax everywhere else.

Decisions:
- An expression that emitted influential text shows the influence, not that it is a variable: that is what was asked.
- Neighbours that look the same are one piece. No piece crosses a line, and none has the blanks that begin or end one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from prompt_salience.editor.highlight import LEVELS, Highlight, Kind, Modifier
from prompt_salience.editor.lines import Lines
from prompt_salience.editor.remembering import remembered
from prompt_salience.editor.snapshot import Snapshot, lines
from prompt_salience.editor.tints import Tint, tints


def highlights(
    snapshot: Snapshot, path: str, syntax: Sequence[Highlight], *, influence: bool = True
) -> tuple[Highlight, ...]:
    """The pieces of a document in order, none overlapping another, each within one line.

    Args:
        snapshot: the file.
        path: the prompt file, or its file of values.
        syntax: what the pieces of the current text are as syntax, in order and without overlap.
        influence: whether they are to show influence; otherwise it is shown by other means.
    """
    shown = tinted(snapshot, path) if influence else ()
    text = lines(snapshot, path)
    bare = _within_lines(_uncovered(syntax, shown), text)
    inked = (piece for piece in bare if not text.text[piece.start : piece.end].isspace())
    return tuple(sorted((*shown, *inked), key=attrgetter("start")))


@remembered
def tinted(snapshot: Snapshot, path: str) -> tuple[Highlight, ...]:
    """The pieces of a document that show influence, in order, none overlapping another, each within one line."""
    explained = snapshot.explained
    signed = explained.explanation.method.signed if explained else False
    pieces = (_highlight(tint, signed=signed) for tint in tints(snapshot, path) if tint.level)
    return tuple(_within_lines(_joined(pieces), lines(snapshot, path)))


def _highlight(tint: Tint, *, signed: bool) -> Highlight:
    kind = (Kind.OPPOSING if tint.level < 0 else Kind.SUPPORTING) if signed else Kind.SALIENCE
    level = LEVELS[abs(tint.level) - 1]
    return Highlight(tint.start, tint.end, kind, (level, Modifier.STALE) if tint.stale else (level,))


def _joined(pieces: Iterable[Highlight]) -> Iterator[Highlight]:
    """The pieces, those that touch and look the same made one."""
    last: Highlight | None = None
    for piece in pieces:
        if last and last.end == piece.start and last.kind == piece.kind and last.modifiers == piece.modifiers:
            last = Highlight(last.start, piece.end, last.kind, last.modifiers)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last


def _within_lines(pieces: Iterable[Highlight], text: Lines) -> Iterator[Highlight]:
    """The pieces, which are in order, cut at line ends and without the blanks at the edges of a line."""
    line, inks = 0, text.inks
    for piece in pieces:
        while line + 1 < len(inks) and text.starts[line + 1] <= piece.start:
            line += 1
        last = line
        while last < len(inks) and text.starts[last] < piece.end:
            start, end = max(piece.start, inks[last][0]), min(piece.end, inks[last][1])
            if start < end:
                yield Highlight(start, end, piece.kind, piece.modifiers)
            last += 1


def _uncovered(syntax: Iterable[Highlight], tinted: Sequence[Highlight]) -> Iterator[Highlight]:
    """What of the syntax no tint covers."""
    first = 0
    for piece in syntax:
        while first < len(tinted) and tinted[first].end <= piece.start:
            first += 1
        start, index = piece.start, first
        while index < len(tinted) and tinted[index].start < piece.end:
            if start < tinted[index].start:
                yield Highlight(start, tinted[index].start, piece.kind, piece.modifiers)
            start = tinted[index].end
            index += 1
        if start < piece.end:
            yield Highlight(start, piece.end, piece.kind, piece.modifiers)
