"""The keys in lines of JSON, in any text, however broken."""

from __future__ import annotations

import re
from collections.abc import Iterator

STRING = re.compile(r'"(?:[^"\\\r\n]++|\\[^\r\n])*+(?P<closed>")?(?P<key>[ \t]*+:)?')


def key_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Start and end of every key with its quotes, in the characters ``start:end`` of a text."""
    for found in STRING.finditer(text, start, end):
        if found["closed"] and found["key"]:
            yield found.start(), found.end("closed")


def rows(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every line that is not blank, without the white space around it."""
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start + len(line) - len(line.lstrip()), start + len(line.rstrip())
        start += len(line) + 1
