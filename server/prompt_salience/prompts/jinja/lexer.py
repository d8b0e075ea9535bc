"""Jinja's lexer, with the position of every token.

Decisions:
- Jinja's tokens know their line only. Each is found again in the normalised source, where only white space that
  Jinja stripped may lie between two of them, and its range rides on the line number: ``Position`` is an ``int``.
  The parser copies line numbers into nodes and errors, and with them the ranges.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from jinja2 import Environment, TemplateSyntaxError
from jinja2.lexer import Lexer

BEGINS = {"variable_begin": "}}", "block_begin": "%}"}
ENDS = ("variable_end", "block_end")
SKIPPED = {"whitespace", "data", "comment", "comment_begin", "comment_end"}


class Position(int):
    """A line number that also carries the range ``start:end`` of the normalised source."""

    start: int
    end: int

    @classmethod
    def at(cls, line: int, start: int, end: int) -> Position:
        """The position of a token."""
        position = cls(line)
        position.start, position.end = start, end
        return position


class Tag(NamedTuple):
    """A ``{{ … }}`` or ``{% … %}``: its range in the normalised source and the name of a statement."""

    start: int
    end: int
    name: str


class OffsetLexer(Lexer):
    """A lexer for one source.

    ``last`` is the position of the token it read last, ``tags`` are the tags closed so far, and ``open`` is the one
    that is not: its start, and the sign that closes it.
    """

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.last = Position.at(1, 0, 0)
        self.tags: list[Tag] = []
        self.open: tuple[int, str] | None = None
        self.tokens = 0
        self._name = ""

    def tokeniter(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> Iterator[tuple[int, str, str]]:
        """Tokens as ``(position, kind, text)``."""
        end = 0
        try:
            for line, kind, text in super().tokeniter(source, name, filename, state):
                start = source.find(text, end)
                end = start + len(text)
                self.last = Position.at(line, start, end)
                self._note(kind, text)
                yield self.last, kind, text
        except TemplateSyntaxError as error:
            if not isinstance(error.lineno, Position):
                error.lineno = Position.at(error.lineno, end, min(end + 1, len(source)))
            raise

    def _note(self, kind: str, text: str) -> None:
        if kind in SKIPPED:
            return
        self.tokens += 1
        if kind in BEGINS:
            self.open, self._name = (self.last.start, BEGINS[kind]), ""
        elif kind in ENDS and self.open:
            self.tags.append(Tag(self.open[0], self.last.start + len(text.rstrip()), self._name))
            self.open = None
        elif kind == "name" and not self._name:
            self._name = text
