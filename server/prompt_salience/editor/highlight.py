"""What a piece of a prompt file is, in the words that editors style text by."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The type of a highlighted piece: the standard ones for syntax, and three of our own for influence."""

    KEYWORD = "keyword"
    VARIABLE = "variable"
    PROPERTY = "property"
    FUNCTION = "function"
    TYPE = "type"
    STRING = "string"
    NUMBER = "number"
    OPERATOR = "operator"
    COMMENT = "comment"
    SALIENCE = "salience"
    SUPPORTING = "supporting"
    OPPOSING = "opposing"


class Modifier(StrEnum):
    """What more is to say about a highlighted piece: its level of influence, and that its text was edited since."""

    LEVEL_1 = "level1"
    LEVEL_2 = "level2"
    LEVEL_3 = "level3"
    LEVEL_4 = "level4"
    LEVEL_5 = "level5"
    STALE = "stale"


LEVELS = (Modifier.LEVEL_1, Modifier.LEVEL_2, Modifier.LEVEL_3, Modifier.LEVEL_4, Modifier.LEVEL_5)


@dataclass(frozen=True, slots=True)
class Highlight:
    """The piece ``start:end`` of a document, in code points; it lies within one line."""

    start: int
    end: int
    kind: Kind
    modifiers: tuple[Modifier, ...] = ()
