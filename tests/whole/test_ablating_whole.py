"""Methods that leave units out, on the real engine with the embedded model: the faulty line is the first of all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import prompt_salience
from prompt_salience.attribution.ablation.settings import Operator
from prompt_salience.attribution.explanation import Explanation
from prompt_salience.engine_client.protocol import Method
from prompt_salience.prompts.units import Granularity, Part

MISTAKE = Path(__file__).parents[2] / "samples" / "menu" / "1-mistake.j2"
FAULTY_LINE = "Recommendation: Try it tonight."


def asked_about_the_recommendation(method: Method, operator: Operator = Operator.MASK) -> Explanation:
    return prompt_salience.explain(
        MISTAKE, granularity=Granularity.LINE, target_unit=2, method=method, operator=operator
    )


def prompt_scores(explanation: Explanation) -> np.ndarray:
    in_prompt = [unit.part is Part.PROMPT for unit in explanation.units]
    return explanation.targets[explanation.chosen].unit_scores[in_prompt]


@pytest.mark.parametrize("operator", Operator)
@pytest.mark.parametrize("method", [method for method in Method if method.ablates])
def test_the_faulty_line_ranks_first(method: Method, operator: Operator) -> None:
    explanation = asked_about_the_recommendation(method, operator)
    target = explanation.targets[explanation.chosen]
    unit = explanation.units[target.influence.argmax()]
    assert explanation.text[unit.start : unit.end] == FAULTY_LINE
    assert target.influence.max() > 0.4


@pytest.mark.parametrize("operator", Operator)
def test_what_shapley_values_share_out_is_what_the_prompt_does(operator: Operator) -> None:
    """All of it less none of it, whatever the sample: the second mask keeps nothing."""
    explanation = asked_about_the_recommendation(Method.SHAP, operator)
    assert explanation.ablation is not None
    assert not explanation.ablation.masks[1].any()
    target = explanation.targets[0]
    whole, nothing = explanation.ablation.log_probs[:2].sum(axis=1)
    assert target.log_prob == whole
    assert target.unit_scores.sum() == pytest.approx(whole - nothing, abs=1e-9)
    chosen = explanation.targets[explanation.chosen]
    assert chosen.unit_scores.sum() == pytest.approx(prompt_scores(explanation).sum())


def test_without_the_faulty_line_the_recommendation_is_what_leave_one_out_says() -> None:
    """The same prompt read plainly, without the line, by the very tokens of the response."""
    explanation = asked_about_the_recommendation(Method.LEAVE_ONE_OUT, Operator.REMOVE)
    target = explanation.targets[explanation.chosen]
    without = prompt_salience.explain(
        explanation.prompt.replace(f"{FAULTY_LINE}\n", "", 1), response=explanation.response, target=FAULTY_LINE
    )
    again = without.targets[without.chosen]
    unit = explanation.units[target.influence.argmax()]
    assert explanation.text[unit.start : unit.end] == FAULTY_LINE
    assert target.log_prob - again.log_prob == pytest.approx(target.unit_scores.max(), abs=1e-3)
