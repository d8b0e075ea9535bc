"""Units by the reader's own regular expression.

Decisions:
- Each match is a piece, and so is the text between two matches. An empty match cuts where it stands.
- ``^`` and ``$`` match at the ends of lines. A pattern sees one stretch at a time: never past a message's end.
- A pattern comes from outside: what it may cost to compile and to match is bounded, and every fault it can have is
  one ``PatternError``.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import regex

from prompt_salience.prompts.pieces import Divider, Piece

MATCHING_SECONDS = 1.0
"""How much processor time a pattern may take over one stretch of text; ``regex`` counts that of the whole process."""

_MOST_REPEATS = 100_000
_COUNTED_REPEAT = regex.compile(r"\{(\d+)")


class PatternError(ValueError):
    """A pattern cannot be used. ``position`` is the character of the pattern at fault, None where none is."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


def pattern_divider(pattern: str | None) -> Divider:
    """Divides at the matches of ``pattern``, a regular expression of the ``regex`` package.

    Raises:
        PatternError: the pattern is missing, no regular expression, or too large; when dividing, it takes too long.
    """
    if pattern is None:
        raise PatternError("Dividing by pattern needs a regular expression.")
    compiled = _compiled(pattern)

    def divide(text: str, start: int, end: int) -> Iterator[Piece]:
        position = start
        for left, right in _matches(compiled, text[start:end]):
            if position < start + left:
                yield Piece(position, start + left, "text")
            if left < right:
                yield Piece(start + left, start + right, "match")
            position = start + right
        if position < end:
            yield Piece(position, end, "text")

    return divide


def _compiled(pattern: str) -> regex.Pattern[str]:
    _refuse_large_repeats(pattern)
    try:
        return regex.compile(pattern, regex.MULTILINE)
    except regex.error as error:
        fault = vars(error)  # The stubs of regex leave its attributes out.
        raise PatternError(f"The pattern is no regular expression: {fault['msg']}.", fault["pos"]) from error
    except RecursionError as error:
        raise PatternError("The pattern is nested too deeply.") from error


def _refuse_large_repeats(pattern: str) -> None:
    """Refuse what would exhaust memory: ``regex`` writes ``(a{1000}){1000}`` out a million times."""
    counts = list(_COUNTED_REPEAT.finditer(pattern))
    if prod(max(int(count[1]), 1) for count in counts) > _MOST_REPEATS:
        message = f"The pattern repeats more than {_MOST_REPEATS:,} times."
        raise PatternError(message, max(counts, key=lambda count: int(count[1])).start())


def _matches(compiled: regex.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    try:
        for found in compiled.finditer(text, timeout=MATCHING_SECONDS):
            yield found.span()
    except TimeoutError as error:
        message = f"The pattern took more than {MATCHING_SECONDS:g} seconds over {len(text):,} characters."
        raise PatternError(message) from error
