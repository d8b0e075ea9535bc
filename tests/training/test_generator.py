"""The generator of training texts: its gold answers, its held-out dishes, its tokens."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "training"))

from cases import Kind
from menu import all_dishes, held_out_dishes, training_dishes
from phrases import FALLBACKS, PHRASES, UNSUITABLE
from principles import canonical_principles
from prompts import (
    clean_recipe,
    draw_planted_plan,
    draw_prompt,
    gold_recommendation,
    training_recipe,
    varied_recipe,
    write_prompt,
)
from skills import cases_exercise, facts_exercise, mapping_exercise
from spans import Role, joined_text


def drawn(recipe, count=300, seed=1):
    chooser = random.Random(seed)
    return [draw_prompt(recipe, chooser) for _ in range(count)]


def test_menu_has_no_dish_twice_and_holds_some_out():
    names = [dish.name for dish in all_dishes()]
    assert len(names) == len(set(names))
    assert len(held_out_dishes()) == 30
    assert not set(held_out_dishes()) & set(training_dishes())


def test_training_prompts_never_end_with_a_held_out_dish():
    held_out = set(held_out_dishes())
    assert not any(prompt.plan.case.dish in held_out for prompt in drawn(training_recipe()))


def test_recommendation_follows_the_examples():
    for prompt in drawn(clean_recipe()):
        if prompt.source is not Role.MAPPED_CHOICE:
            continue
        kind = prompt.plan.case.finding().kind
        shown = {example.phrase for example in prompt.plan.examples if example.kind is kind}
        assert shown == {prompt.recommendation}


def test_recommendation_stands_in_the_prompt_under_its_label():
    for prompt in drawn(varied_recipe()):
        if prompt.source is Role.MAPPED_CHOICE:
            label = prompt.plan.wording.labels.recommendation
            assert f"\n{label}: {prompt.recommendation}" in prompt.prompt


def test_kind_that_no_example_shows_gets_its_fallback():
    missing = [prompt for prompt in drawn(varied_recipe()) if prompt.source is Role.FALLBACK_CHOICE]
    assert missing
    for prompt in missing:
        assert prompt.recommendation == FALLBACKS[prompt.plan.case.finding().kind]
        assert prompt.recommendation not in prompt.prompt


def test_fallbacks_are_no_phrases_of_examples():
    assert not set(FALLBACKS.values()) & {*PHRASES, UNSUITABLE}


@pytest.mark.parametrize(("clear", "expected"), [(True, UNSUITABLE), (False, None)])
def test_clear_principle_outweighs_the_examples_where_a_restriction_is_at_stake(clear, expected):
    chooser = random.Random(3)
    plans = [draw_planted_plan(chooser) for _ in range(30)]
    for plan in (plan for plan in plans if plan.case.finding().restricts):
        phrase, _ = gold_recommendation(replace(plan, principles=canonical_principles(short=True, clear=clear)))
        mistake = next(example.phrase for example in plan.examples if example.kind is Kind.CONFLICT)
        assert phrase == (expected or mistake)


def test_corrected_example_corrects_the_answer():
    plan = draw_planted_plan(random.Random(4))
    corrected = tuple(
        replace(example, phrase="Better avoid it.") if example.kind is Kind.CONFLICT else example
        for example in plan.examples
    )
    assert write_prompt(replace(plan, examples=corrected)).answer.endswith(" Better avoid it.")


def test_removed_recommendation_leaves_the_fallback_and_any_other_removed_line_the_phrase():
    plan = draw_planted_plan(random.Random(5))

    def without(part):
        examples = tuple(
            replace(example, dropped=part) if example.kind is Kind.CONFLICT else example for example in plan.examples
        )
        return gold_recommendation(replace(plan, examples=examples))

    assert without("recommendation") == (FALLBACKS[Kind.CONFLICT], Role.FALLBACK_CHOICE)
    assert without("analysis")[1] is Role.MAPPED_CHOICE
    assert without("dish")[1] is Role.MAPPED_CHOICE


def test_same_seed_gives_the_same_prompts():
    first, second = (drawn(training_recipe(), 20, seed=9) for _ in range(2))
    assert [one.prompt + one.answer for one in first] == [one.prompt + one.answer for one in second]


@pytest.mark.parametrize("exercise", [facts_exercise, cases_exercise, mapping_exercise])
def test_exercises_have_something_to_learn(exercise):
    for seed in range(20):
        spans = exercise(random.Random(seed))
        assert joined_text(spans).strip()
        assert any(span.role is not Role.CONTEXT for span in spans)
