"""Scores come from what the model has learned: with its weights in random order, every method's are others.

The sanity check of Adebayo and others 2018, arXiv:1810.03292. Scores are compared per token of a unit: long units have
higher sums in any model, which is no knowledge.

Attention roll-out does not pass, and is known not to: with random weights it still orders lines by something of the
true order, turned round (-0.58). What no learning is needed for is no explanation; it is offered as a baseline.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest
from numpy.typing import NDArray

from prompt_salience.attribution.ablation.settings import AblationSettings
from prompt_salience.attribution.aggregation import Aggregation, inked_spans, unit_scores
from prompt_salience.attribution.rank_correlation import rank_correlation
from prompt_salience.completing import Filled, Run, complete
from prompt_salience.embedded import embedded_model_path
from prompt_salience.engine.gemma_engine import GemmaEngine
from prompt_salience.engine.load import load_parts
from prompt_salience.engine_client.protocol import Engine, Method, SamplingSettings
from prompt_salience.explaining import Settings, explain_run
from prompt_salience.prompts.rendering import render
from prompt_salience.prompts.units import Granularity, Part
from prompt_salience.template_files import read_template

MENU = Path(__file__).parents[2] / "samples" / "menu"
ORDERS = 3
MASKS = 64
NEAR_ZERO = 0.25


@pytest.fixture(scope="module")
def parts():
    return load_parts(embedded_model_path(), name="embedded")


@pytest.fixture(scope="module")
def engine(parts) -> GemmaEngine:
    return GemmaEngine(*parts)


@pytest.fixture(scope="module")
def runs(engine) -> list[Run]:
    prompts = [render(read_template(str(path)).template) for path in sorted(MENU.glob("*.j2"))]
    return [complete(engine, Filled(prompt), SamplingSettings()) for prompt in prompts]


def changed(parts, change) -> GemmaEngine:
    """The engine of a model with every array of its weights changed."""
    info, model, tokenizer = parts
    return GemmaEngine(info, replace(model, weights=jax.tree.map(change, model.weights)), tokenizer)


def in_random_order(seed: int):
    random = np.random.default_rng(seed)
    return lambda weights: jax.numpy.asarray(random.permutation(np.ravel(weights)).reshape(weights.shape))


def hardly_changed(weights):
    noise = np.random.default_rng(0).normal(size=weights.shape).astype(weights.dtype)
    return weights * (1 + 1e-3 * noise)


def scores_per_token(engine: Engine, run: Run, method: Method) -> NDArray[np.float64]:
    """What each line of the prompt has to do with the recommendation, for each of its tokens."""
    settings = Settings(
        method, Granularity.LINE, Aggregation.SUM, target_unit=2, ablation=AblationSettings(masks=MASKS)
    )
    explanation = explain_run(engine, run, settings)
    units = [(unit.start, unit.end) for unit in explanation.units if unit.part is Part.PROMPT]
    spans = inked_spans(explanation.text, [(token.start, token.end) for token in explanation.tokens])
    lengths = unit_scores(np.ones(len(spans)), spans, units, Aggregation.SUM)
    return explanation.targets[explanation.chosen].unit_scores[: len(units)] / lengths


def likeness(true: list[NDArray[np.float64]], engine: Engine, runs: list[Run], method: Method) -> float:
    """The mean rank correlation of the scores with those of another engine."""
    found = [
        rank_correlation(scores, scores_per_token(engine, run, method)) for scores, run in zip(true, runs, strict=True)
    ]
    return float(np.mean([value or 0.0 for value in found]))


FAILING = pytest.mark.xfail(reason="roll-out follows the shape of the sequence, whatever the model has learned")
METHODS = [
    pytest.param(method, marks=FAILING) if method is Method.ATTENTION_ROLLOUT else pytest.param(method)
    for method in Method
]


def true_scores(engine, runs, method) -> list[NDArray[np.float64]]:
    return [scores_per_token(engine, run, method) for run in runs]


@pytest.mark.parametrize("method", METHODS)
def test_weights_in_random_order_leave_nothing_of_the_scores(parts, engine, runs, method):
    true = true_scores(engine, runs, method)
    random = [likeness(true, changed(parts, in_random_order(seed)), runs, method) for seed in range(ORDERS)]
    assert abs(np.mean(random)) < NEAR_ZERO


@pytest.mark.parametrize("method", Method)
def test_weights_that_hardly_changed_leave_the_scores_much_as_they_were(parts, engine, runs, method):
    """Otherwise the check above would say nothing: noise has nothing in common with anything."""
    assert likeness(true_scores(engine, runs, method), changed(parts, hardly_changed), runs, method) > 0.9
