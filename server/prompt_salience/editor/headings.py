"""The headings of a body and how far each reaches."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from prompt_salience.prompts.structure import LineKind, lines

HASHES = re.compile(r"[ \t]*(#+)[ \t]*(.*?)[ \t]*#*[ \t]*\Z")
MAY_BEGIN = re.compile(r"(?<![^\r\n])[ \t]*(?:#|\*\*|__|==|--)")
LOWEST = 7
"""The level of a heading without hashes, such as a line in bold."""


@dataclass(frozen=True)
class Heading:
    """A heading whose section is ``start:end``, up to the next heading that is not below it.

    ``line_end`` is where the heading itself ends, ``level`` is 1 for the highest.
    """

    start: int
    line_end: int
    end: int
    level: int
    title: str


def headings(text: str, start: int, end: int) -> tuple[Heading, ...]:
    """The headings in the characters ``start:end`` of a text, in order; sections of lower levels lie in higher ones."""
    if not MAY_BEGIN.search(text, start, end):
        return ()
    found: list[Heading] = []
    open_ones: list[int] = []
    for line in lines(text, start, end):
        if line.kind is LineKind.HEADING:
            heading = _heading(text, line.start, line.end, end)
            while open_ones and found[open_ones[-1]].level >= heading.level:
                number = open_ones.pop()
                found[number] = replace(found[number], end=_trimmed(text, found[number], line.start))
            open_ones.append(len(found))
            found.append(heading)
    for number in open_ones:
        found[number] = replace(found[number], end=_trimmed(text, found[number], end))
    return tuple(found)


def _heading(text: str, start: int, line_end: int, end: int) -> Heading:
    line = text[start:line_end].rstrip()
    hashes = HASHES.match(line)
    level, title = (len(hashes.group(1)), hashes.group(2)) if hashes else (LOWEST, line.strip(" \t*_=-"))
    return Heading(start, start + len(line), end, level, title)


def _trimmed(text: str, heading: Heading, end: int) -> int:
    """The end of a section without the white space below it."""
    return heading.start + len(text[heading.start : end].rstrip())
