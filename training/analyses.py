"""Analyses: the sentence that says what was found in a case.

Decisions
- The model writes one of two forms: the full form, and the short form where a principle asks for
  brevity or for clarity about restrictions. Both principles lead to the same form on purpose: the form
  alone must not betray whether a restriction decides the recommendation.
- Examples also use freer wordings, which the model has to understand but is never trained to write.
"""

from __future__ import annotations

import random

from cases import Case, Finding, Kind
from menu import Dish
from spans import Role, Span, as_context


def attitude(finding: Finding) -> str:
    """Return what the guest has to do with the finding's subject."""
    if finding.kind is Kind.MATCH:
        return "likes"
    return "cannot eat" if finding.restricts else "doesn't like"


def _full_pieces(finding: Finding) -> tuple[str, ...]:
    if finding.kind is Kind.NEITHER:
        return (" The dish", " has nothing the guest likes or avoids.")
    verb = " is" if finding.is_quality else " comes"
    subject = f" {finding.subject}" if finding.is_quality else f" with| {finding.subject}"
    middle = ", and that is something the guest"
    return (" The dish", verb, *subject.split("|"), middle, f" {attitude(finding)}", ".")


def _short_pieces(finding: Finding) -> tuple[str, ...]:
    if finding.kind is Kind.NEITHER:
        return (" This dish", " has nothing the guest likes or avoids.")
    verb = " is" if finding.is_quality else " contains"
    return (" This dish", verb, f" {finding.subject}", ", which the guest", f" {attitude(finding)}", ".")


def canonical_analysis(finding: Finding, body: Role, key: Role, *, short: bool) -> tuple[Span, ...]:
    """Return the analysis in the model's own form, its deciding tokens in the role ``key``."""
    pieces = _short_pieces(finding) if short else _full_pieces(finding)
    return tuple(Span(piece, body, None if piece.startswith(",") or piece == "." else key) for piece in pieces)


def analysis_text(finding: Finding, *, short: bool) -> str:
    """Return the canonical analysis as text, without the space before it."""
    return "".join(_short_pieces(finding) if short else _full_pieces(finding)).lstrip()


def _two_ingredients(dish: Dish) -> str:
    return " and ".join(dish.ingredients[:2])


def _free_conflict(subject: str, verb: str, chooser: random.Random) -> str:
    return chooser.choice(
        (
            f"Made with {subject}, which the guest {verb}.",
            f"There is {subject} in it, and the guest {verb} {subject}.",
            f"The guest {verb} {subject}, and this has it.",
            f"It has {subject}, which the guest {verb}.",
            f"A conflict: {subject}.",
            f"Because of the {subject}, it goes against what the guest said.",
        )
    )


def _free_match(subject: str, chooser: random.Random) -> str:
    return chooser.choice(
        (
            f"Made with {subject}, which the guest likes.",
            f"Full of {subject}, just what the guest enjoys.",
            f"The guest likes {subject}, and this has it.",
            f"A match: {subject}.",
            f"There is {subject} in it, to the guest's taste.",
        )
    )


def _free_quality_match(quality: str, chooser: random.Random) -> str:
    return chooser.choice(
        (
            f"It is {quality}, just what the guest enjoys.",
            f"The guest likes it {quality}, and so it is.",
            f"A match: {quality}.",
            f"Pleasantly {quality}, to the guest's taste.",
        )
    )


def _free_neither(dish: Dish, chooser: random.Random) -> str:
    both = _two_ingredients(dish)
    return chooser.choice(
        (
            "Nothing in it matters to this guest.",
            "Neither a match nor a conflict.",
            f"A {dish.cuisine} classic with {both}, nothing to note.",
            f"Mostly {both}, which the guest says nothing about.",
            "No conflict, but no special match.",
        )
    )


def free_analysis(case: Case, chooser: random.Random) -> str:
    """Return the case's finding in words that the model need not write itself."""
    finding = case.finding()
    if finding.kind is Kind.CONFLICT:
        return _free_conflict(finding.subject, attitude(finding), chooser)
    if finding.kind is Kind.NEITHER:
        return _free_neither(case.dish, chooser)
    draw = _free_quality_match if finding.is_quality else _free_match
    return draw(finding.subject, chooser)


def given_analysis(case: Case, chooser: random.Random) -> tuple[Span, ...]:
    """Return the case's analysis in any wording, with no weight in the loss."""
    if chooser.random() < 0.5:
        return (Span(" " + free_analysis(case, chooser)),)
    short = chooser.random() < 0.5
    return as_context(canonical_analysis(case.finding(), Role.CONTEXT, Role.CONTEXT, short=short))
