"""The prompts of the faithfulness benchmark: what decides them is there once, and none is a training prompt."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks" / "faithfulness"))
sys.path.append(str(Path(__file__).resolve().parents[2] / "training"))

from menu_prompts import IRRELEVANT, distractors, planted, principle
from questions import DRAW, SEED, line_in, recommendation_line

from menu import held_out_dishes
from phrases import UNSUITABLE


def drawn(draw, count=60):
    chooser = random.Random("test")
    return [draw(chooser) for _ in range(count)]


@pytest.mark.parametrize("draw", [planted, principle, distractors])
def test_the_line_that_decides_stands_in_the_prompt_once(draw):
    for question in drawn(draw):
        start, end = line_in(question.text, question.decides)
        assert question.text[start:end] == question.decides


@pytest.mark.parametrize("draw", [planted, principle, distractors])
def test_the_last_dish_is_one_that_no_training_prompt_ended_with(draw):
    held_out = {dish.name for dish in held_out_dishes()}
    for question in drawn(draw):
        last = [line for line in question.text.split("\n") if line.startswith("Dish: ")][-1]
        assert last.removeprefix("Dish: ") in held_out


def test_the_recommendation_is_copied_from_the_line_that_decides_or_is_the_principles():
    for draw in (planted, distractors):
        assert all(question.decides == f"Recommendation: {question.recommendation}" for question in drawn(draw))
    assert {question.recommendation for question in drawn(principle)} == {UNSUITABLE}


def test_irrelevant_paragraphs_come_before_the_block_to_be_completed():
    for question in drawn(distractors):
        put_in = [text for text in IRRELEVANT if f"\n\n{text}\n\n" in f"\n\n{question.text}\n\n"]
        assert len(put_in) >= 2
        assert question.text.endswith("\nAnalysis:")


def test_a_seed_gives_the_same_prompts_and_another_seed_others():
    for prompt_set, draw in DRAW.items():
        first, again, other = (draw(random.Random(f"{SEED + seed} {prompt_set}")) for seed in (0, 0, 1))
        assert first == again != other


def test_the_target_is_the_line_that_recommends():
    response = " The dish has nothing.\nRecommendation: Up to you. \nMore."
    assert response[slice(*recommendation_line(response))] == "Recommendation: Up to you."
    assert recommendation_line("No advice.") is None


def test_a_line_that_is_not_there_once_is_refused():
    for text in ("a\nb\na", "b"):
        with pytest.raises(ValueError, match="exactly once"):
            line_in(text, "a")
