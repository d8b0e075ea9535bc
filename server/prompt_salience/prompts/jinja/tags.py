"""The tags of a template as far as they can be told in any text, however broken: what an editor needs while one types.

Decisions:
- Jinja's own lexer stops at the first fault. This one never fails; on a valid template it finds the same tags.
- A tag that is never closed, or in which another one opens, ends with the line it begins in: what is being typed
  does not change what stands below it.
- What stands between ``{% raw %}`` and ``{% endraw %}`` is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

OPENING = re.compile(r"\{[{%#]")
# A quote after a backslash opens nothing: where one is never closed, each of the others would be tried in vain.
STRING = r"(?<!\\)(?:'(?:[^'\\]++|\\.)*+'|\"(?:[^\"\\]++|\\.)*+\")"
MARKS = re.compile(STRING + r"|\{[{%]|(?P<block>[-+]?%\})|(?P<print>-?\}\})|[{}]", re.DOTALL)
NAME = re.compile(r"[-+]?\s*(\w*)")
END_RAW = re.compile(r"\{%[-+]?\s*endraw\b")
LINE_END = re.compile(r"[\r\n]|\Z")
CLOSERS = {"{{": "print", "{%": "block"}


@dataclass(frozen=True, slots=True)
class Tag:
    """A ``{{ … }}``, ``{% … %}`` or ``{# … #}`` at ``start:end`` of a text.

    Attributes:
        sign: what it opens with: ``{{``, ``{%`` or ``{#``.
        inner_start: where what it says begins, after the opening sign.
        inner_end: where that ends, before the closing sign.
        name: the name of a statement, such as ``endif``; empty for the others and where none is written yet.
    """

    start: int
    end: int
    sign: str
    inner_start: int
    inner_end: int
    name: str = ""

    @property
    def closed(self) -> bool:
        """Whether there is a closing sign."""
        return self.inner_end < self.end


def tags(text: str, start: int, end: int) -> Iterator[Tag]:
    """The tags in the characters ``start:end`` of a text, in order."""
    position = start
    last_comment_end = text.rfind("#}", start, end)
    while found := OPENING.search(text, position, end):
        tag = _comment(text, found.start(), end, last_comment_end) if found.group() == "{#" else _tag(text, found, end)
        yield tag
        position = tag.end
        if tag.name == "raw" and tag.closed:
            closing = END_RAW.search(text, position, end)
            position = closing.start() if closing else end


def _comment(text: str, start: int, end: int, last_comment_end: int) -> Tag:
    if last_comment_end < start + 2:
        last = _line_end(text, start, end)
        return Tag(start, last, "{#", start + 2, last)
    closing = text.index("#}", start + 2, end)
    return Tag(start, closing + 2, "{#", start + 2, closing)


def _tag(text: str, opening: re.Match[str], end: int) -> Tag:
    start, sign = opening.start(), opening.group()
    named = NAME.match(text, start + 2, end)
    name = named.group(1) if named and sign == "{%" else ""
    inner = start + 2 + (text[start + 2 : start + 3] in ("-", "+") and start + 2 < end)
    closing = _closing(text, inner, end, CLOSERS[sign])
    if closing is None:
        last = _line_end(text, start, end)
        return Tag(start, last, sign, min(inner, last), last, name)
    return Tag(start, closing.end(), sign, inner, closing.start(), name)


def _closing(text: str, start: int, end: int, closer: str) -> re.Match[str] | None:
    """The sign that closes a tag, or None where another tag opens before it. Braces inside of it are counted."""
    position, braces = start, 0
    while found := MARKS.search(text, position, end):
        mark = found.group()
        if found.lastgroup == closer and not (braces and closer == "print"):
            return found
        if mark in CLOSERS:
            return None
        position = found.end()
        if mark.endswith("}}"):
            position = found.start() + len(mark) - 1
        if mark in ("{", "}") or mark.endswith("}}"):
            braces = max(0, braces + (1 if mark == "{" else -1))
    return None


def _line_end(text: str, start: int, end: int) -> int:
    found = LINE_END.search(text, start, end)
    return found.start() if found else end
