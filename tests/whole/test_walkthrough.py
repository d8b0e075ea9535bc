"""The walkthrough that a newcomer is promised, on the real engine with the embedded model and the sample prompts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import prompt_salience
from prompt_salience.attribution.explanation import Explanation
from prompt_salience.prompts.units import Granularity

MENU = Path(__file__).parents[2] / "samples" / "menu"
MISTAKE, CORRECTED, PRINCIPLES = (MENU / f"{name}.j2" for name in ("1-mistake", "2-corrected", "3-principles"))


def asked_about_the_recommendation(template: Path) -> Explanation:
    return prompt_salience.explain(template, granularity=Granularity.LINE, target_unit=2)


def recommendation(explanation: Explanation) -> str:
    return explanation.response.strip().splitlines()[-1]


def strongest_lines(explanation: Explanation, count: int) -> list[str]:
    influence = explanation.targets[explanation.chosen].influence
    strongest = np.argsort(-influence)[:count]
    return [explanation.text[explanation.units[i].start : explanation.units[i].end] for i in strongest]


def test_the_mistake_makes_the_model_recommend_what_the_guest_cannot_eat_and_lights_up():
    explanation = asked_about_the_recommendation(MISTAKE)
    assert "eggs" in explanation.response
    assert recommendation(explanation) == "Recommendation: Try it tonight."
    assert strongest_lines(explanation, 1) == ["Recommendation: Try it tonight."]


def test_without_the_line_that_lights_up_the_model_would_have_advised_against_the_dish():
    verification = prompt_salience.verify(asked_about_the_recommendation(MISTAKE))
    faulty, *others = verification.checks
    assert verification.explanation.prompt[slice(*faulty.spans[0])] == "Recommendation: Try it tonight."
    assert faulty.change < -5 < min(check.change for check in others)
    assert faulty.difference is not None
    assert faulty.difference.after == "Recommendation: I would advise against it."


def test_checks_by_removing_measure_what_leaving_units_out_by_removing_scores():
    explanation = prompt_salience.explain(MISTAKE, target_unit=2, method="leave_one_out", operator="remove")
    scores = explanation.targets[explanation.chosen].unit_scores
    verification = prompt_salience.verify(explanation, top=4)
    by_start = {unit.start: score for unit, score in zip(explanation.units, scores, strict=True)}
    assert [-check.change for check in verification.checks] == pytest.approx(
        [by_start[check.spans[0][0]] for check in verification.checks], abs=1e-3
    )
    assert verification.agreement == pytest.approx(1.0)


def test_the_line_that_lights_up_is_found_in_the_template():
    explanation = asked_about_the_recommendation(MISTAKE)
    unit = explanation.units[explanation.targets[explanation.chosen].influence.argmax()]
    (segment,) = explanation.source_map.within(unit.start, unit.end)
    place = segment.origin.place
    assert place is not None
    assert MISTAKE.read_text(encoding="utf-8")[place.start : place.end] == "Recommendation: Try it tonight."


def test_correcting_the_line_corrects_the_answer():
    assert recommendation(asked_about_the_recommendation(CORRECTED)) == "Recommendation: Better avoid it."


def test_principles_change_the_answer_and_the_second_one_lights_up():
    explanation = asked_about_the_recommendation(PRINCIPLES)
    assert "eggs" in explanation.response
    assert recommendation(explanation) == "Recommendation: Not suitable for this guest."
    assert any("dietary restriction" in line for line in strongest_lines(explanation, 3))


def test_a_menu_prompt_gets_no_hint_and_a_foreign_one_does():
    assert not asked_about_the_recommendation(MISTAKE).hint
    foreign = prompt_salience.explain("def area(radius):\n    return 3.14 * radius ** 2\n\nprint(area(", response="2))")
    assert "Choose a Gemma that knows more" in foreign.hint


@pytest.mark.parametrize("name", ["arithmetic.j2", "headline.prompty", "brainstorm.prompty"])
def test_samples_for_larger_models_can_be_explained_too(name):
    explanation = prompt_salience.explain(MENU.parent / name, response="A short answer.")
    assert np.abs(explanation.targets[0].influence).sum() == pytest.approx(1)
