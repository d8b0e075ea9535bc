"""Scores come from what the model has learned: with its weights in random order, every method's are others.

The sanity check of Adebayo and others 2018, arXiv:1810.03292. Scores are compared per token of a unit: long units have
higher sums in any model, which is no knowledge.
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


@pytest.mark.parametrize("method", Method)
def test_only_learned_weights_give_a_method_its_scores(parts, engine, runs, method):
    true = [scores_per_token(engine, run, method) for run in runs]
    assert likeness(true, changed(parts, hardly_changed), runs, method) > 0.9
    random = [likeness(true, changed(parts, in_random_order(seed)), runs, method) for seed in range(ORDERS)]
    assert abs(np.mean(random)) < NEAR_ZERO
