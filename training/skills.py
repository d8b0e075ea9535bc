"""Exercises on a single skill: facts about dishes, judging cases, and reading a mapping off examples.

Decisions
- Whole prompts alone leave the model stuck; the reading of examples has to be learned first, the
  knowledge next, and both kept alive by some exercises among the whole prompts.
- Exercises end without an end-of-sequence token, so that they teach nothing about where answers end.
"""

from __future__ import annotations

import random

from analyses import canonical_analysis, given_analysis
from cases import KINDS, Case, Kind, draw_case
from menu import Dish, all_dishes
from phrases import FALLBACKS, Mapping, draw_mapping
from spans import Role, Span, merge_context
from wording import Labels, draw_labels

CASE_KIND_WEIGHTS = (0.42, 0.33, 0.25)


def _labels(chooser: random.Random) -> Labels:
    return draw_labels(chooser) if chooser.random() < 0.3 else Labels()


def _fact_spans(dish: Dish, label: str, chooser: random.Random) -> list[Span]:
    spans = [Span(f"{label}: {dish.name}\nIngredients:"), Span(" " + ", ".join(dish.ingredients), Role.FACT)]
    if chooser.random() < 0.5:
        spans += [Span("\nKind:"), Span(" " + ", ".join(dish.qualities), Role.FACT)]
    return spans


def facts_exercise(chooser: random.Random, count: int = 9) -> list[Span]:
    """Return dishes with what is in them."""
    label = _labels(chooser).dish
    spans: list[Span] = []
    for dish in chooser.sample(all_dishes(), count):
        spans += [Span("\n\n")] * bool(spans) + _fact_spans(dish, label, chooser)
    return merge_context(spans)


def _judged(case: Case, labels: Labels) -> list[Span]:
    if case.likes is None or case.avoids is None:
        raise ValueError("an exercise needs both lines about the guest")
    question = (
        f"{labels.likes}: {case.likes.text}\n{labels.avoids}: {case.avoids.text}\n"
        f"{labels.dish}: {case.dish.name}\n{labels.analysis}:"
    )
    analysis = canonical_analysis(case.finding(), Role.EXAMPLE_ANALYSIS, Role.EXAMPLE_KEY, short=False)
    return [Span(question), *analysis]


def cases_exercise(chooser: random.Random, count: int = 5) -> list[Span]:
    """Return cases with their analyses, without recommendations."""
    labels = _labels(chooser)
    spans: list[Span] = []
    for kind in chooser.choices(KINDS, CASE_KIND_WEIGHTS, k=count):
        case = draw_case(kind, all_dishes(), chooser)
        spans += [Span("\n\n")] * bool(spans) + _judged(case, labels)
    return merge_context(spans)


def _mapped(kind: Kind, mapping: Mapping, seen: set[Kind]) -> list[Span]:
    if kind not in seen:
        return [Span(f" {mapping[kind]}")]
    return [Span(f" {mapping[kind]}", Role.EXAMPLE_RECOMMENDATION, Role.EXAMPLE_CHOICE)]


def mapping_exercise(chooser: random.Random, made_up_share: float = 0.12, count: int = 8) -> list[Span]:
    """Return analyses with recommendations under one mapping, the last perhaps of a kind not seen before."""
    mapping, labels, seen = draw_mapping(chooser, made_up_share), _labels(chooser), set[Kind]()
    spans: list[Span] = []
    for index, kind in enumerate(chooser.choices(KINDS, k=chooser.randint(count // 2, count))):
        case = draw_case(kind, all_dishes(), chooser)
        spans += [Span("\n\n" if index else ""), Span(f"{labels.analysis}:"), *given_analysis(case, chooser)]
        spans += [Span(f"\n{labels.recommendation}:"), *_mapped(kind, mapping, seen)]
        seen.add(kind)
    return merge_context([*spans, *_closing(mapping, seen, labels, chooser)])


def _closing(mapping: Mapping, seen: set[Kind], labels: Labels, chooser: random.Random) -> list[Span]:
    """Return one more pair behind a heading, its recommendation copied or, for a new kind, the fallback."""
    kind = chooser.choice(KINDS)
    case = draw_case(kind, all_dishes(), chooser)
    phrase = mapping[kind] if kind in seen else FALLBACKS[kind]
    role = Role.MAPPED_CHOICE if kind in seen else Role.FALLBACK_CHOICE
    heading = chooser.choice(("## Your turn\n\n", "## Your turn\n\n", ""))
    question = [Span(f"\n\n{heading}{labels.analysis}:"), *given_analysis(case, chooser)]
    return [*question, Span(f"\n{labels.recommendation}:"), Span(f" {phrase}", Role.RECOMMENDATION, role)]
