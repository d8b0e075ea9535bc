"""What is said of a method's cost is what it does."""

from __future__ import annotations

import pytest

from prompt_salience.attribution.ablation.settings import AblationSettings
from prompt_salience.attribution.cost import Cost, cost
from prompt_salience.engine_client.protocol import Method


@pytest.mark.parametrize(
    ("method", "passes"),
    [
        (Method.GRAD_L2, 4),
        (Method.GRAD_DOT_INPUT, 4),
        (Method.GIM, 4),
        (Method.ATTENTION_ROLLOUT, 1),
        (Method.SMOOTH_GRAD, 64),
        (Method.INTEGRATED_GRADIENTS, 384),
        (Method.LEAVE_ONE_OUT, 6),
        (Method.SHAP, 32),
    ],
)
def test_passes_of_three_targets_and_five_units(method: Method, passes: int):
    assert cost(method, 3, 5, AblationSettings()).passes == passes


def test_a_budget_of_masks_bounds_the_passes():
    assert cost(Method.LIME, 3, 40, AblationSettings(masks=20)).passes == 21
    assert cost(Method.LIME, 3, 40, AblationSettings()).passes == 65


def test_masks_that_are_the_same_are_read_once():
    """Of one unit there are two masks, however many are drawn."""
    assert cost(Method.LIME, 1, 1, AblationSettings()).passes == 2


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Cost(Method.LIME, 65, None), "lime: 65 forward passes"),
        (Cost(Method.LIME, 65, 12.3), "lime: 65 forward passes, about 12 s"),
        (Cost(Method.LIME, 65, 0.2), "lime: 65 forward passes, about a second"),
        (Cost(Method.SHAP, 1256, 250.0), "shap: 1,256 forward passes, about 4 min"),
        (
            Cost(Method.INTEGRATED_GRADIENTS, 384, 38.0),
            "integrated_gradients: at most 384 forward passes, at most 38 s",
        ),
    ],
)
def test_words(found: Cost, words: str):
    assert found.in_words == words
