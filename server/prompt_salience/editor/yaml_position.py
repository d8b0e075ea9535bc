"""Where in the mappings of a YAML text a line is, told by indentation alone, in any text, however broken.

Decisions:
- Block style only: what stands in braces is on one line, and no place to be guided at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LINE = re.compile(
    r"^(?P<prefix>[ \t]*(?:-[ \t]+)*)(?P<key>[^\s#:'\"{}\[\],-][^\s:#]*|'[^'\r\n]*'|\"[^\"\r\n]*\")[ \t]*:(?=\s|\Z)"
)
KEY_HERE = re.compile(r"^(?P<prefix>[ \t]*(?:-[ \t]+)*)(?P<word>[\w$]*)$")
VALUE_HERE = re.compile(r"^(?P<prefix>[ \t]*(?:-[ \t]+)*)(?P<key>[\w$]+)[ \t]*:[ \t]+(?P<word>[\w.]*)$")
ITEM = "-"


@dataclass(frozen=True)
class YamlPosition:
    """A place for a key or for a value.

    Attributes:
        path: the keys above, from the outermost; ``-`` stands for an item of a list.
        word: what is written of it so far.
        key: the key whose value it is; empty where it is a key itself.
        siblings: the keys that stand beside it.
    """

    path: tuple[str, ...]
    word: str
    key: str
    siblings: frozenset[str]


@dataclass(frozen=True)
class _Line:
    column: int
    dash: int
    key: str


def yaml_position(text: str, start: int, end: int, offset: int) -> YamlPosition | None:
    """The place at ``offset`` in the YAML ``start:end`` of a text; None where no word begins or ends."""
    above, here = _lines(text[start:offset]), text[start:offset].splitlines() or [""]
    line = "" if text[start:offset].endswith(("\n", "\r")) else here[-1]
    found = VALUE_HERE.match(line) or KEY_HERE.match(line)
    if found is None:
        return None
    key = found.groupdict().get("key") or ""
    column, dash = len(found["prefix"]), found["prefix"].rfind(ITEM)
    before = above[:-1] if key else above
    below = _lines(text[offset:end].partition("\n")[2])
    siblings = _siblings(before[::-1], column, stop=dash >= 0) | _siblings(below, column, stop=False)
    return YamlPosition(_path(before, column, dash), found["word"], key, frozenset(siblings))


def _lines(text: str) -> list[_Line]:
    found = (LINE.match(line) for line in text.splitlines())
    return [_Line(len(at["prefix"]), at["prefix"].rfind(ITEM), at["key"].strip("'\"")) for at in found if at]


def _path(above: list[_Line], column: int, dash: int) -> tuple[str, ...]:
    path: list[str] = []
    if dash >= 0:
        path.append(ITEM)
        column = dash + 1
    for line in reversed(above):
        if line.column < column:
            path.append(line.key)
            column = line.column
        if line.column == column and line.dash >= 0:
            path.append(ITEM)
            column = line.dash + 1
    return tuple(reversed(path))


def _siblings(nearest_first: list[_Line], column: int, *, stop: bool) -> set[str]:
    """The keys at a column up to the first line that is further out, or that begins another item."""
    found: set[str] = set()
    for line in nearest_first:
        if stop or line.column < column:
            break
        if line.column == column:
            found.add(line.key)
            stop = line.dash >= 0
    return found
