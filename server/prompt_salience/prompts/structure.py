"""The structure that people give a prompt by its lines: headings, bullets, labels, tags, tables, code.

Decisions:
- A line ends at a line feed, a carriage return or both, as an editor counts them. U+2028, NEL and form feed are
  white space inside a line.
- How a line begins says what it is. Inside a code fence every line is code, and a fence that is never closed runs
  to the end of the text. Outside of fences, a line of JSON is code too.
- A soft-wrapped paragraph is not torn by a line that happens to begin like a list: in the middle of prose, a
  number other than 1, a letter other than A, or a label in lower case opens nothing.
- A bullet, a label or a tag with text after it goes on over the prose lines below it that are indented further,
  or begin with a lower-case letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import regex

from prompt_salience.prompts.pieces import Piece


class LineKind(StrEnum):
    """What a line is."""

    BLANK = "blank"
    CODE = "code"
    RULE = "rule"
    HEADING = "heading"
    ROW = "row"
    TAG = "tag"
    BULLET = "bullet"
    LABEL = "label"
    PROSE = "prose"


@dataclass(frozen=True, slots=True)
class Line:
    """The range ``start:end`` of a text, line end included.

    Attributes:
        kind: what the line is.
        body: where the text after its marker begins: after a bullet, a number, a label or an opening tag.
        label: the label as written, without its colon; a bullet may have one too. Empty without one.
        continues: whether the line belongs to the same block as the line above.
    """

    start: int
    end: int
    kind: LineKind
    body: int
    label: str = ""
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Lines to be read together: one with structure and what continues it, or the lines of one paragraph of prose.

    ``kind`` and ``body`` are those of the first line.
    """

    start: int
    end: int
    kind: LineKind
    body: int


def lines(text: str, start: int, end: int) -> Iterator[Line]:
    """The lines of the range ``start:end`` of a text, in order and without gap."""
    fence = ""
    opener: Line | None = None
    for found in _LINE.finditer(text, start, end):
        mark = _FENCE.match(text, *found.span())
        if fence or mark:
            fence = _fence_below(fence, mark)
            line = Line(found.start(), found.end(), LineKind.CODE, found.start())
        else:
            line = _line(text, *found.span(), opener)
        if not line.continues:
            opener = line
        yield line


def blocks(text: str, start: int, end: int) -> Iterator[Block]:
    """The blocks of the range ``start:end`` of a text, in order; blank lines lie in none."""
    opener: Line | None = None
    position = start
    for line in lines(text, start, end):
        if opener and not line.continues:
            yield Block(opener.start, position, opener.kind, opener.body)
            opener = None
        if not opener and line.kind is not LineKind.BLANK:
            opener = line
        position = line.end
    if opener:
        yield Block(opener.start, position, opener.kind, opener.body)


def paragraphs(text: str, start: int, end: int) -> Iterator[Piece]:
    """What stands between blank lines; a blank line inside a code fence parts nothing."""
    opened: int | None = None
    for line in lines(text, start, end):
        if line.kind is not LineKind.BLANK:
            opened = line.start if opened is None else opened
        elif opened is not None:
            yield Piece(opened, line.start, "paragraph")
            opened = None
    if opened is not None:
        yield Piece(opened, end, "paragraph")


def line_texts(text: str, start: int, end: int) -> Iterator[Piece]:
    """The lines of a text without their line ends."""
    for found in _LINE_TEXT.finditer(text, start, end):
        yield Piece(found.start(), found.end(), "line")


_LINE = regex.compile(r"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++")
_LINE_TEXT = regex.compile(r"[^\r\n]++")
_FENCE = regex.compile(r"[ \t]*+(?P<mark>`{3,}+(?=[^`\r\n]*+(?:[\r\n]|\Z))|~{3,}+)[ \t]*+(?P<info>[^\s]?)")

_WORD = r"[\p{L}\p{M}\p{N}_/'’()&#+-]++"
_LABEL = (
    r"(?=[^:：\r\n]{1,40}[:：])(?=[^:：\p{L}]*+\p{L})[*_]{0,2}+"
    rf"(?P<label>(?=[\p{{L}}\p{{N}}]){_WORD}(?:[ \t]++{_WORD}){{0,4}}+)[*_]{{0,2}}+[ \t]?+"
    r"(?::[*_]{0,2}+(?=\s|\Z|[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}])|：[*_]{0,2}+)[ \t]*+"
)
_BULLET = r"(?:[-*+•‣◦▪●○·・]|\(?(?P<ordinal>\p{Nd}{1,3}+|[A-Za-z])[.)])(?=\s|\Z)[ \t]*+"

# The first shape that fits says what a line is; where none fits, the line is prose.
_SHAPES = tuple(
    (kind, regex.compile(r"[ \t]*+(?:" + shape + ")"))
    for kind, shape in (
        (LineKind.RULE, r"(?:[-*_=~#+][ \t]*+){3,}+\s*+\Z"),
        (LineKind.HEADING, r"#{1,6}+(?=[ \t]|\s*+\Z)"),
        (LineKind.HEADING, r"(?:\*{2,3}+[^*:：\r\n]++\*{2,3}+|_{2,3}+[^_:：\r\n]++_{2,3}+)\s*+\Z"),
        (LineKind.HEADING, r"(?:={2,}+[^=\r\n]++={2,}+|-{2,}+[ \t][^\r\n]*--)\s*+\Z"),
        (LineKind.ROW, r"\|[^\r\n]*\|"),
        (LineKind.TAG, r"<[/!]?+[\p{L}_|][^<>\r\n]{0,200}+>[ \t]*+"),
        (LineKind.TAG, r"\[[^\[\]\r\n\"'{},]{1,60}+\]\s*+\Z"),
        (LineKind.CODE, r"[\[\]{}]++[,;]?+\s*+\Z|\"[^\"\r\n]{1,80}+\"[ \t]*+:|\{\s*+\"[^\r\n]*\}[,;]?+\s*+\Z"),
        (LineKind.BULLET, rf"{_BULLET}(?:{_LABEL})?+"),
        (LineKind.LABEL, _LABEL),
    )
)
_MAY_CONTINUE = (LineKind.BULLET, LineKind.LABEL, LineKind.TAG)
_INDENT = regex.compile(r"[ \t]*+")
_LOWER_CASE = regex.compile(r"[ \t]*+\p{Ll}")
_NON_BLANK = regex.compile(r"\S")


def _fence_below(fence: str, mark: regex.Match[str] | None) -> str:
    """The mark of the fence that is open after a line, empty when none is."""
    if not fence:
        return mark["mark"] if mark else ""
    closed = mark is not None and mark["mark"].startswith(fence) and not mark["info"]
    return "" if closed else fence


def _line(text: str, start: int, end: int, opener: Line | None) -> Line:
    if text[start:end].isspace():
        return Line(start, end, LineKind.BLANK, start)
    in_prose = opener is not None and opener.kind is LineKind.PROSE
    for kind, shape in _SHAPES:
        found = shape.match(text, start, end)
        if found and not (in_prose and _only_looks_like(kind, found)):
            return Line(start, end, kind, found.end(), _label(kind, found))
    return Line(start, end, LineKind.PROSE, start, continues=opener is not None and _continues(text, opener, start))


def _label(kind: LineKind, found: regex.Match[str]) -> str:
    return found["label"] or "" if kind in (LineKind.BULLET, LineKind.LABEL) else ""


def _only_looks_like(kind: LineKind, found: regex.Match[str]) -> bool:
    """Whether a line in the middle of prose only looks like a bullet or a label."""
    if kind is LineKind.BULLET:
        return (found["ordinal"] or "1") not in ("1", "a", "A")
    return kind is LineKind.LABEL and found["label"][0].islower()


def _continues(text: str, opener: Line, start: int) -> bool:
    """Whether the line of prose at ``start`` goes on with the block that ``opener`` opened."""
    if opener.kind is LineKind.PROSE:
        return True
    if opener.kind not in _MAY_CONTINUE or not _NON_BLANK.search(text, opener.body, opener.end):
        return False
    return _indent(text, start) > _indent(text, opener.start) or _LOWER_CASE.match(text, start) is not None


def _indent(text: str, start: int) -> int:
    found = _INDENT.match(text, start)
    return found.end() - start if found else 0
