"""What may be written at a place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProposalKind(StrEnum):
    """What a proposal is, for the sign that an editor shows beside it."""

    VARIABLE = "variable"
    PROPERTY = "property"
    FUNCTION = "function"
    KEYWORD = "keyword"
    VALUE = "value"
    ROLE = "role"


@dataclass(frozen=True)
class Proposal:
    """A text that may stand instead of the characters ``start:end`` of a document, which hold the cursor.

    Attributes:
        label: what people choose it by, and what is compared with what they have typed.
        text: what is written; plain text, never a snippet.
        detail: a few words beside the label, such as a variable's value.
        documentation: a sentence or two.
    """

    label: str
    kind: ProposalKind
    start: int
    end: int
    text: str
    detail: str = ""
    documentation: str = ""
