"""Principles at the top of a prompt: two that change the answer, and others that change nothing.

Decisions
- "Short" selects the short form of the analysis; "clear" selects it too, and makes the recommendation
  say that a dish is unsuitable where a restriction is at stake.
- Each is worded in several ways; distractors teach that not every principle does something.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

SHORT = "Keep the analysis short."
CLEAR = "Say clearly when a dish is not suitable for a guest with a dietary restriction."

_SHORT_FORMS = (
    "Be brief.",
    "The analysis is short.",
    "Write a short analysis.",
    "Keep it short.",
    "Use few words in the analysis.",
    "The analysis should be short and plain.",
)
_CLEAR_FORMS = (
    "Say clearly when a dish is not suitable.",
    "Be clear about dietary restrictions.",
    "Respect the guest's dietary restrictions.",
    "State clearly that a dish is not suitable for a guest with a dietary restriction.",
    "A dish that a guest cannot eat is not suitable; say so.",
    "Make clear whether a guest with a dietary restriction can eat the dish.",
    "Dietary restrictions come first.",
)
_DISTRACTORS = (
    "Be polite.",
    "Answer in English.",
    "Do not mention the price.",
    "The guest is in a hurry.",
    "Write in full sentences.",
    "Speak to the guest kindly.",
    "Judge one dish at a time.",
    "Never speak about other guests.",
    "Do not invent dishes.",
    "Follow the examples.",
    "The recommendation is one line.",
    "Think before you answer.",
)


@dataclass(frozen=True)
class Principles:
    """The principles of one prompt: their texts in order, and what they ask for."""

    texts: tuple[str, ...] = ()
    short: bool = False
    clear: bool = False


def canonical_principles(short: bool, clear: bool) -> Principles:
    """Return the canonical texts for what is asked for."""
    texts = ((SHORT,) if short else ()) + ((CLEAR,) if clear else ())
    return Principles(texts, short, clear)


def _worded(usual: str, others: tuple[str, ...], varied: bool, chooser: random.Random) -> str:
    return chooser.choice(others) if varied and chooser.random() < 0.5 else usual


def draw_principles(chooser: random.Random, share: float, distractor_share: float, varied: bool) -> Principles:
    """Draw principles that matter in ``share`` of all draws, and distractors in ``distractor_share``."""
    short, clear = chooser.choice(((True, False), (False, True), (True, True), (False, True), (True, True)))
    if chooser.random() >= share:
        short = clear = False
    texts = [_worded(SHORT, _SHORT_FORMS, varied, chooser)] if short else []
    texts += [_worded(CLEAR, _CLEAR_FORMS, varied, chooser)] if clear else []
    if chooser.random() < distractor_share:
        texts += chooser.sample(_DISTRACTORS, chooser.choice((1, 1, 2)))
        chooser.shuffle(texts)
    return Principles(tuple(texts), short, clear)
