"""Whole prompts: planned first, then written out as spans.

Decisions
- A plan holds everything a prompt says; its gold answer follows from the plan alone, so that a plan can
  be edited (an example's phrase corrected, principles added) and its answer asked for again.
- The recommendation follows the examples; a restriction under the "clear" principle outweighs them;
  a finding that no example shows gets its fallback phrase.
- Where an example's recommendation is left out, it shows nothing. Where its analysis is, guest and dish
  still tell what was found: so the line that carries the phrase is the one whose removal counts most.
- The answer ends with the recommendation: no newline follows it, only the end of the sequence.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from analyses import analysis_text, canonical_analysis, given_analysis
from cases import KINDS, Case, Kind, draw_case, draw_case_for
from menu import Dish, all_dishes, held_out_dishes, training_dishes
from phrases import FALLBACKS, PHRASES, UNSUITABLE, Mapping, draw_mapping, wrong_mapping
from principles import Principles, draw_principles
from spans import Role, Span, joined_text, merge_context
from wording import CANONICAL, Wording, draw_wording

DROPPED_PARTS = ("likes", "avoids", "dish", "analysis", "recommendation", "recommendation", "recommendation")
"""Lines to leave out of an example, each as often as it stands here."""

KIND_WEIGHTS = {Kind.CONFLICT: 0.48, Kind.MATCH: 0.28, Kind.NEITHER: 0.24}


@dataclass(frozen=True)
class Recipe:
    """How often each thing happens in the prompts drawn; shares are probabilities."""

    final_dishes: tuple[Dish, ...]
    example_counts: tuple[float, ...] = (0.02, 0.05, 0.2, 0.4, 0.22, 0.11)
    varied_share: float = 0.45
    made_up_share: float = 0.12
    principle_share: float = 0.35
    distractor_share: float = 0.12
    missing_share: float = 0.2
    dropped_share: float = 0.2
    dropped_parts: tuple[str, ...] = DROPPED_PARTS
    given_share: float = 0.15
    noise_share: float = 0.0


def training_recipe(noise_share: float = 0.0) -> Recipe:
    """Return the recipe of the training prompts."""
    return Recipe(training_dishes(), noise_share=noise_share)


def removals_recipe(noise_share: float = 0.0) -> Recipe:
    """Return the training prompts with many lines left out, analyses and recommendations above all."""
    parts = ("avoids", "dish", "analysis", "analysis", "analysis", "recommendation", "recommendation")
    return replace(training_recipe(noise_share), dropped_share=0.6, dropped_parts=parts)


def clean_recipe() -> Recipe:
    """Return canonical prompts about held-out dishes: two to five examples, the needed kind among them."""
    return Recipe(
        held_out_dishes(),
        example_counts=(0, 0, 1, 1, 1, 1),
        varied_share=0,
        made_up_share=0,
        principle_share=0.4,
        distractor_share=0,
        missing_share=0,
        dropped_share=0,
        given_share=0,
    )


def mixed_recipe() -> Recipe:
    """Return canonical prompts with made-up phrases, distracting principles and missing kinds."""
    return replace(clean_recipe(), made_up_share=0.12, distractor_share=0.25, missing_share=0.2)


def varied_recipe() -> Recipe:
    """Return the mixed prompts in varied wording."""
    return replace(mixed_recipe(), varied_share=1.0)


@dataclass(frozen=True)
class Example:
    """One worked block; ``dropped`` names the part whose line is left out."""

    case: Case
    analysis: tuple[Span, ...]
    phrase: str
    dropped: str = ""

    @property
    def kind(self) -> Kind:
        """Return the kind of the example's finding."""
        return self.case.finding().kind


@dataclass(frozen=True)
class Plan:
    """Everything that a prompt says.

    ``given`` is an analysis in other than the canonical words, on which nothing is trained;
    ``turn_dropped`` names a line left out of the last block; ``noise`` is a wrong recommendation.
    """

    wording: Wording
    principles: Principles
    examples: tuple[Example, ...]
    case: Case
    given: tuple[Span, ...] = ()
    turn_dropped: str = ""
    noise: str = ""

    @property
    def short(self) -> bool:
        """Return whether the canonical analysis takes its short form."""
        return self.principles.short or self.principles.clear


@dataclass(frozen=True)
class MenuPrompt:
    """A prompt with its gold answer, both as spans."""

    plan: Plan
    prompt_spans: tuple[Span, ...]
    answer_spans: tuple[Span, ...]
    recommendation: str
    source: Role

    @property
    def prompt(self) -> str:
        """Return the prompt's text."""
        return joined_text(self.prompt_spans)

    @property
    def answer(self) -> str:
        """Return the gold answer's text."""
        return joined_text(self.answer_spans)


def gold_recommendation(plan: Plan) -> tuple[str, Role]:
    """Return the recommendation and the role of its first token."""
    finding = plan.case.finding()
    if plan.principles.clear and finding.kind is Kind.CONFLICT and finding.restricts:
        return UNSUITABLE, Role.PRINCIPLE_CHOICE
    for example in reversed(plan.examples):
        if example.kind is finding.kind and example.dropped != "recommendation":
            return example.phrase, Role.MAPPED_CHOICE
    return FALLBACKS[finding.kind], Role.FALLBACK_CHOICE


def _case_lines(case: Case, wording: Wording, dropped: str) -> list[list[Span]]:
    labels = wording.labels
    texts = {
        "likes": f"{labels.likes}: {case.likes.text}" if case.likes else "",
        "avoids": f"{labels.avoids}: {case.avoids.text}" if case.avoids else "",
        "dish": f"{labels.dish}: {case.dish.name}",
    }
    return [[Span(texts[part])] for part in wording.order.split() if texts[part] and part != dropped]


def _is_predictable(example: Example, earlier: Sequence[Example], plan: Plan) -> bool:
    finding = example.case.finding()
    overruled = plan.principles.clear and finding.kind is Kind.CONFLICT and finding.restricts
    shown = any(other.kind is finding.kind and not other.dropped for other in earlier)
    return shown and not example.dropped and not overruled


def _example_lines(index: int, plan: Plan) -> list[list[Span]]:
    example, wording = plan.examples[index], plan.wording
    lines = [[Span(wording.numbering.format(index + 1))]] if wording.numbering else []
    lines += _case_lines(example.case, wording, example.dropped)
    if example.dropped != "analysis":
        lines.append([Span(f"{wording.labels.analysis}:"), *example.analysis])
    if example.dropped != "recommendation":
        predictable = _is_predictable(example, plan.examples[:index], plan)
        body, first = (Role.EXAMPLE_RECOMMENDATION, Role.EXAMPLE_CHOICE) if predictable else (Role.CONTEXT, None)
        lines.append([Span(f"{wording.labels.recommendation}:"), Span(f" {example.phrase}", body, first)])
    return lines


def _principle_paragraphs(plan: Plan) -> list[list[list[Span]]]:
    if not plan.principles.texts:
        return []
    heading = plan.wording.principles_heading
    lines = [[Span(f"{plan.wording.bullet}{text}")] for text in plan.principles.texts]
    return [[[Span(heading)]], lines] if heading else [lines]


def _turn_lines(plan: Plan) -> list[list[Span]]:
    lines = _case_lines(plan.case, plan.wording, plan.turn_dropped)
    if plan.turn_dropped == "analysis":
        return [*lines, [Span("")]]
    return [*lines, [Span(f"{plan.wording.labels.analysis}:")]]


def _paragraphs(plan: Plan) -> list[list[list[Span]]]:
    wording = plan.wording
    principles = _principle_paragraphs(plan)
    paragraphs = [[[Span(wording.intro)]]] if wording.intro else []
    paragraphs += [] if wording.principles_last else principles
    if wording.examples_heading and plan.examples:
        paragraphs.append([[Span(wording.examples_heading)]])
    paragraphs += [_example_lines(index, plan) for index in range(len(plan.examples))]
    paragraphs += principles if wording.principles_last else []
    if wording.turn_heading:
        paragraphs.append([[Span(wording.turn_heading)]])
    return [*paragraphs, _turn_lines(plan)]


def _gap(before: list[list[Span]], wording: Wording) -> str:
    is_heading = len(before) == 1
    tight = wording.tight_headings if is_heading else wording.tight_blocks
    return "\n" if tight else "\n\n"


def _prompt_spans(plan: Plan) -> list[Span]:
    spans: list[Span] = []
    paragraphs = _paragraphs(plan)
    for number, paragraph in enumerate(paragraphs):
        if number:
            spans.append(Span(_gap(paragraphs[number - 1], plan.wording)))
        for row, line in enumerate(paragraph):
            spans += [Span("\n")] * bool(row) + line
    return merge_context([*spans, Span(" ")] if plan.wording.ends_in_space else spans)


def _answer_spans(plan: Plan) -> tuple[list[Span], str, Role]:
    analysis = plan.given or canonical_analysis(plan.case.finding(), Role.ANALYSIS, Role.ANALYSIS_KEY, short=plan.short)
    phrase, source = gold_recommendation(plan)
    spans = [*analysis, Span(f"\n{plan.wording.labels.recommendation}:", Role.ANALYSIS)]
    spans.append(Span(f" {plan.noise or phrase}", Role.RECOMMENDATION, source))
    if plan.wording.ends_in_space:
        spans[0] = replace(spans[0], text=spans[0].text.lstrip())
    return spans, phrase, source


def write_prompt(plan: Plan) -> MenuPrompt:
    """Write out a plan and its gold answer."""
    answer, phrase, source = _answer_spans(plan)
    return MenuPrompt(plan, tuple(_prompt_spans(plan)), tuple(answer), phrase, source)


def gold_analysis(plan: Plan) -> str:
    """Return the canonical analysis of the plan's last case."""
    return analysis_text(plan.case.finding(), short=plan.short)


def _example_analysis(case: Case, wording: Wording, principles: Principles, chooser: random.Random) -> tuple[Span, ...]:
    short = (principles.short or principles.clear) and not wording.principles_last
    if chooser.random() < 0.55:
        return canonical_analysis(case.finding(), Role.EXAMPLE_ANALYSIS, Role.EXAMPLE_KEY, short=short)
    return given_analysis(case, chooser)


def _example_kinds(count: int, wanted: Kind, missing: bool, chooser: random.Random) -> list[Kind]:
    others = [kind for kind in KINDS if kind is not wanted]
    if missing:
        return chooser.choices(others, k=count)
    kinds = chooser.choices(KINDS, k=count)
    if count and wanted not in kinds:
        kinds[chooser.randrange(count)] = wanted
    return kinds


def _draw_example(
    guest: Case | None, kind: Kind, mapping: Mapping, wording: Wording, principles: Principles, chooser: random.Random
) -> Example:
    case = _case_of_guest(guest, kind, chooser) if guest else draw_case(kind, all_dishes(), chooser)
    analysis = _example_analysis(case, wording, principles, chooser)
    return Example(case, analysis, mapping[case.finding().kind])


def _case_of_guest(guest: Case, kind: Kind, chooser: random.Random) -> Case:
    """Look for a dish of the wished kind for this guest; take another guest where there is none soon."""
    for _ in range(40):
        case = draw_case_for(guest, all_dishes(), chooser)
        if case.finding().kind is kind:
            return case
    return draw_case(kind, all_dishes(), chooser)


def _drop_a_line(examples: list[Example], parts: tuple[str, ...], chooser: random.Random) -> None:
    index = chooser.randrange(len(examples))
    dropped = chooser.choice(parts)
    analysis = examples[index].analysis
    if dropped in ("likes", "avoids", "dish"):
        analysis = tuple(Span(span.text) for span in analysis)
    examples[index] = replace(examples[index], dropped=dropped, analysis=analysis)


def _draw_examples(recipe: Recipe, case: Case, plan: Plan, chooser: random.Random) -> list[Example]:
    count = chooser.choices(range(len(recipe.example_counts)), recipe.example_counts)[0]
    missing = chooser.random() < recipe.missing_share
    kinds = _example_kinds(count, case.finding().kind, missing, chooser)
    mapping = draw_mapping(chooser, recipe.made_up_share)
    guest = draw_case(Kind.CONFLICT, all_dishes(), chooser) if chooser.random() < 0.3 else None
    examples = [_draw_example(guest, kind, mapping, plan.wording, plan.principles, chooser) for kind in kinds]
    if examples and chooser.random() < recipe.dropped_share:
        _drop_a_line(examples, recipe.dropped_parts, chooser)
    return examples


def _draw_final_case(recipe: Recipe, principles: Principles, chooser: random.Random) -> Case:
    kind = chooser.choices(list(KIND_WEIGHTS), list(KIND_WEIGHTS.values()))[0]
    if principles.clear and chooser.random() < 0.3:
        kind = Kind.CONFLICT
    restricts = chooser.random() < 0.6 if kind is Kind.CONFLICT else None
    return draw_case(kind, recipe.final_dishes, chooser, restricts)


def draw_plan(recipe: Recipe, chooser: random.Random) -> Plan:
    """Draw everything that a prompt says."""
    wording = draw_wording(chooser, recipe.varied_share)
    varied = wording is not CANONICAL
    principles = draw_principles(chooser, recipe.principle_share, recipe.distractor_share, varied)
    case = _draw_final_case(recipe, principles, chooser)
    plan = Plan(wording, principles, (), case)
    plan = replace(plan, examples=tuple(_draw_examples(recipe, case, plan, chooser)))
    if chooser.random() < recipe.given_share:
        dropped = chooser.choice(("likes", "avoids", "dish", "analysis")) if chooser.random() < 0.3 else ""
        plan = replace(plan, given=given_analysis(case, chooser), turn_dropped=dropped)
    noise = chooser.choice(PHRASES) if chooser.random() < recipe.noise_share else ""
    return replace(plan, noise=noise)


def draw_prompt(recipe: Recipe, chooser: random.Random) -> MenuPrompt:
    """Draw a prompt with its gold answer."""
    return write_prompt(draw_plan(recipe, chooser))


def draw_planted_plan(chooser: random.Random) -> Plan:
    """Draw a clean plan about a conflict whose only conflict example carries a warm phrase: the mistake."""
    case = draw_case(Kind.CONFLICT, held_out_dishes(), chooser)
    count = chooser.choice((2, 3, 4, 5))
    kinds = [Kind.CONFLICT, *chooser.choices((Kind.MATCH, Kind.NEITHER), k=count - 1)]
    chooser.shuffle(kinds)
    mapping = wrong_mapping(chooser)
    none = Principles()
    examples = [_draw_example(None, kind, mapping, CANONICAL, none, chooser) for kind in kinds]
    return Plan(CANONICAL, none, tuple(examples), case)
