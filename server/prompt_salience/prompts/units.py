"""Units: the spans of a sequence that influence is shown for.

Decisions:
- Every non-blank character that is not scaffolding lies in exactly one unit; units are in order, never overlap,
  and neither begin nor end with white space, so that white space between units takes no share.
- A unit never straddles a border: prompt and response, two messages.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Granularity(StrEnum):
    """How finely a sequence is divided."""

    TOKEN = "token"  # noqa: S105 - a piece of text, not a secret.
    WORD = "word"
    SENTENCE = "sentence"
    LINE = "line"
    PARAGRAPH = "paragraph"
    PATTERN = "pattern"
    MESSAGE = "message"
    EXAMPLE = "example"
    VARIABLE = "variable"


class Part(StrEnum):
    """Which part of the sequence a unit or token belongs to."""

    PROMPT = "prompt"
    RESPONSE = "response"
    SPECIAL = "special"
    SCAFFOLDING = "scaffolding"


@dataclass(frozen=True, slots=True)
class Unit:
    """The range ``start:end`` of the sequence text. ``kind`` is what it is: such as ``sentence`` or ``heading``."""

    start: int
    end: int
    part: Part
    kind: str
