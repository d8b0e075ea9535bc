"""Pieces of a training text and what each is there for.

Decisions
- A text is a sequence of spans; joined, they are the text exactly as the model reads it.
- A span's role says how much its tokens weigh in the loss; its first token may have a role of its own,
  because that token is where the model decides (which ingredient, which recommendation).
- A sample of the tokens that merely are context is predicted too (READING), at little weight: the model
  need not write prompts, but how likely it finds one says whether the prompt is of the kind it knows.
- A span starts where a word, a punctuation mark or a line starts, so that tokenizing span by span gives
  the same tokens as tokenizing the whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Role(IntEnum):
    """What a token is to the training loss."""

    CONTEXT = 0
    FACT = 1
    EXAMPLE_ANALYSIS = 2
    EXAMPLE_KEY = 3
    EXAMPLE_RECOMMENDATION = 4
    EXAMPLE_CHOICE = 5
    ANALYSIS = 6
    ANALYSIS_KEY = 7
    RECOMMENDATION = 8
    MAPPED_CHOICE = 9
    FALLBACK_CHOICE = 10
    PRINCIPLE_CHOICE = 11
    READING = 12


LOSS_WEIGHTS: dict[Role, float] = {
    Role.CONTEXT: 0.0,
    Role.FACT: 0.3,
    Role.EXAMPLE_ANALYSIS: 0.3,
    Role.EXAMPLE_KEY: 1.0,
    Role.EXAMPLE_RECOMMENDATION: 1.0,
    Role.EXAMPLE_CHOICE: 6.0,
    Role.ANALYSIS: 0.3,
    Role.ANALYSIS_KEY: 1.5,
    Role.RECOMMENDATION: 1.5,
    Role.MAPPED_CHOICE: 6.0,
    Role.FALLBACK_CHOICE: 6.0,
    Role.PRINCIPLE_CHOICE: 6.0,
    Role.READING: 0.1,
}

JUDGING_WEIGHTS: dict[Role, float] = {
    **LOSS_WEIGHTS,
    Role.FACT: 0.2,
    Role.EXAMPLE_ANALYSIS: 0.1,
    Role.EXAMPLE_KEY: 2.0,
    Role.ANALYSIS: 0.1,
    Role.ANALYSIS_KEY: 4.0,
    Role.EXAMPLE_CHOICE: 2.0,
    Role.MAPPED_CHOICE: 2.5,
    Role.FALLBACK_CHOICE: 2.5,
    Role.PRINCIPLE_CHOICE: 2.5,
    Role.READING: 0.05,
}
"""For the last stage: the mapping is learned by then, judging is what takes longest."""


@dataclass(frozen=True)
class Span:
    """A piece of text, the role of its tokens and, where it differs, the role of its first token."""

    text: str
    role: Role = Role.CONTEXT
    first_role: Role | None = None


def joined_text(spans: Iterable[Span]) -> str:
    """Return the text that the spans make together."""
    return "".join(span.text for span in spans)


def merge_context(spans: Iterable[Span]) -> list[Span]:
    """Join neighbouring context spans, so that runs of newlines become one token."""
    merged: list[Span] = []
    for span in spans:
        if merged and span.role is Role.CONTEXT and merged[-1].role is Role.CONTEXT:
            merged[-1] = Span(merged[-1].text + span.text)
        elif span.text:
            merged.append(span)
    return merged


def as_context(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same text with no weight in the loss."""
    return tuple(Span(span.text) for span in spans)
