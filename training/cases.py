"""Cases: a guest and a dish, and what there is to find in them.

Decisions
- A conflict outweighs a match; of several ingredients the dish's first is the one named.
- A case of a wished kind is drawn from that kind, then judged; the judgement, not the wish, is the truth.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from guests import Aversion, Liking, draw_aversion, draw_aversion_to, draw_liking, draw_liking_of
from menu import Dish


class Kind(Enum):
    """The three outcomes of looking at a dish for a guest."""

    CONFLICT = "conflict"
    MATCH = "match"
    NEITHER = "neither"


KINDS = tuple(Kind)


@dataclass(frozen=True)
class Finding:
    """What an analysis has to say; ``subject`` is an ingredient, a quality or empty."""

    kind: Kind
    subject: str = ""
    is_quality: bool = False
    restricts: bool = False


@dataclass(frozen=True)
class Case:
    """A dish offered to a guest; a line that the prompt leaves out is None."""

    likes: Liking | None
    avoids: Aversion | None
    dish: Dish

    def first_conflict(self) -> str:
        """Return the dish's first ingredient that the guest avoids, or an empty string."""
        avoided = self.avoids.ingredients if self.avoids else frozenset()
        return next((name for name in self.dish.ingredients if name in avoided), "")

    def first_match(self) -> str:
        """Return the dish's first ingredient that the guest likes, or an empty string."""
        liked = self.likes.ingredients if self.likes else frozenset()
        return next((name for name in self.dish.ingredients if name in liked), "")

    def matched_quality(self) -> str:
        """Return the flavour or cuisine that the guest likes and the dish has, or an empty string."""
        quality = self.likes.quality if self.likes else ""
        return quality if quality in self.dish.qualities else ""

    def finding(self) -> Finding:
        """Judge the case."""
        if conflict := self.first_conflict():
            return Finding(Kind.CONFLICT, conflict, restricts=bool(self.avoids and self.avoids.restricts))
        if match := self.first_match():
            return Finding(Kind.MATCH, match)
        if quality := self.matched_quality():
            return Finding(Kind.MATCH, quality, is_quality=True)
        return Finding(Kind.NEITHER)


def _attempt(kind: Kind, dish: Dish, restricts: bool, chooser: random.Random) -> Case:
    if kind is Kind.CONFLICT:
        likes = draw_liking_of(dish, chooser) if chooser.random() < 0.4 else draw_liking(chooser)
        return Case(likes, draw_aversion_to(dish, restricts, chooser), dish)
    likes = draw_liking_of(dish, chooser) if kind is Kind.MATCH else draw_liking(chooser)
    return Case(likes, draw_aversion(restricts, chooser), dish)


def _contradicts_itself(case: Case) -> bool:
    return bool(case.likes and case.avoids and case.likes.ingredients & case.avoids.ingredients)


def draw_case(kind: Kind, dishes: Sequence[Dish], chooser: random.Random, restricts: bool | None = None) -> Case:
    """Draw a case of the wished kind; ``restricts`` fixes whether the aversion is a restriction."""
    while True:
        necessity = chooser.random() < 0.5 if restricts is None else restricts
        case = _attempt(kind, chooser.choice(dishes), necessity, chooser)
        if case.finding().kind is kind and not _contradicts_itself(case):
            return case


def draw_case_for(guest: Case, dishes: Sequence[Dish], chooser: random.Random) -> Case:
    """Offer any dish to the guest of another case."""
    return Case(guest.likes, guest.avoids, chooser.choice(dishes))
