"""Every method of gradients is what its paper says, checked against something that shares no code with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from block_by_hand import BlockByHand
from models import backbone_of, decoder_in_float64, decoder_of, engine_of, keras_log_probs, some_ids
from numpy.testing import assert_allclose, assert_array_equal

from prompt_salience.attribution import cost
from prompt_salience.engine import integrated_gradients, smooth_grad
from prompt_salience.engine.activations import Activations, pulled_back
from prompt_salience.engine.decoder_block import decoder_block
from prompt_salience.engine.explanation import SCORERS
from prompt_salience.engine.gemma_engine import GemmaEngine
from prompt_salience.engine.targets import Target
from prompt_salience.engine_client.protocol import ExplainRequest, Method, TokenScores

IDS = some_ids(40)
TARGET = (32, 40)
OTHER = some_ids(7, seed=9)[1:]


def fresh(preset: Path) -> GemmaEngine:
    """An engine that remembers nothing yet."""
    engine = engine_of(preset)
    return GemmaEngine(engine.info, engine._model, engine._tokenizer)


def explained(
    preset: Path, method: Method, target: Target = TARGET, ids: tuple[int, ...] = IDS, contrast: tuple[int, ...] = ()
) -> TokenScores:
    return fresh(preset).explain(ExplainRequest(ids, (target,), method, contrast))


@pytest.mark.parametrize("layer", [0, 1])
def test_the_modified_backward_pass_is_the_one_written_out_by_hand(preset: Path, layer: int) -> None:
    loaded, random = decoder_of(preset), np.random.default_rng(3)
    with jax.enable_x64(new_val=True):
        model = decoder_in_float64(loaded)
        weights, view = model.weights.blocks[layer], model.views[layer]
        hidden, cotangent = random.normal(0, 1, (2, 20, model.config.hidden_dim))
        by_hand = BlockByHand(model.config.block, weights, view)
        output, _ = decoder_block(model.config.block, weights, view, jnp.asarray(hidden)[None])
        assert_allclose(output[0], by_hand.forward(hidden), rtol=1e-9, atol=1e-9)
        modified = replace(model.config.block, modified=True)
        activations = Activations(jnp.asarray(hidden)[None])
        found = pulled_back(modified, weights, view, activations, jnp.asarray(cotangent)[None, None])
        assert_allclose(found[0, 0], by_hand.backward(cotangent), rtol=1e-8, atol=1e-9)


def test_the_modified_rules_change_no_number_of_the_forward_pass(preset: Path) -> None:
    model = decoder_of(preset)
    hidden = jnp.asarray(np.random.default_rng(4).normal(0, 1, (1, 20, model.config.hidden_dim)), jnp.float32)
    weights, view = model.weights.blocks[0], model.views[0]
    plain, _ = decoder_block(model.config.block, weights, view, hidden)
    modified, _ = decoder_block(replace(model.config.block, modified=True), weights, view, hidden)
    assert_allclose(modified, plain, rtol=1e-6, atol=1e-6)


def test_integrated_gradients_are_complete(preset: Path) -> None:
    """They add up to a difference that Keras's own model gives, but for the residual that they report."""
    backbone = backbone_of(preset)
    table = np.asarray(backbone.token_embedding.embeddings.value, np.float64)
    embeddings = table[list(IDS)]
    baseline = np.broadcast_to(table.mean(axis=0), embeddings.shape).copy()
    baseline[0] = embeddings[0]

    def value(numbers: np.ndarray) -> float:
        log_probs = keras_log_probs(backbone, jnp.asarray(numbers, jnp.float32), IDS)
        return float(log_probs[TARGET[0] - 1 : TARGET[1] - 1].sum())

    found = explained(preset, Method.INTEGRATED_GRADIENTS)
    # What stands after the last row has no influence, but the baseline moves it too; the difference is the same.
    difference = value(embeddings) - value(baseline)
    assert found.residuals is not None
    missed = abs(found.scores[0].sum() - difference) / abs(difference)
    assert_allclose(missed, found.residuals[0], atol=2e-3)
    assert found.scores[0, 0] == 0


def test_integrated_gradients_look_closer_until_they_are_complete(
    gemma2_preset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = explained(gemma2_preset, Method.INTEGRATED_GRADIENTS).residuals
    monkeypatch.setattr(integrated_gradients, "MOST_NODES", 4)
    coarse = explained(gemma2_preset, Method.INTEGRATED_GRADIENTS).residuals
    assert close is not None
    assert coarse is not None
    assert close[0] <= max(coarse[0], 0.01)


def test_without_noise_a_smoothed_gradient_is_the_gradient(
    gemma2_preset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noisy = explained(gemma2_preset, Method.SMOOTH_GRAD).scores
    assert_array_equal(explained(gemma2_preset, Method.SMOOTH_GRAD).scores, noisy)
    plain = explained(gemma2_preset, Method.GRAD_L2).scores
    assert np.abs(noisy - plain).max() > 1e-3 * plain.max()
    monkeypatch.setattr(smooth_grad, "_NOISE", 0.0)
    still = explained(gemma2_preset, Method.SMOOTH_GRAD).scores
    assert_allclose(still, plain, rtol=1e-4, atol=1e-5 * plain.max())


def test_attention_rolls_out_as_products_of_whole_matrices_have_it(preset: Path) -> None:
    model = decoder_of(preset)
    run = fresh(preset)._explained_to(IDS, len(IDS), lambda *_: None).run
    length = len(IDS) - 1
    flow = np.eye(length)
    for weights, view, layer in zip(model.weights.blocks, model.views, run.layers, strict=True):
        block = BlockByHand(model.config.block, weights, view)
        block.forward(np.asarray(layer.layer_input, np.float64)[0, :length])
        shares = np.mean([block._shares(head[6], 1) for head in block.heads], axis=0)
        flow = (np.eye(length) + shares) / 2 @ flow
    expected = flow[TARGET[0] - 1 : TARGET[1] - 1].mean(axis=0)
    found = explained(preset, Method.ATTENTION_ROLLOUT).scores[0]
    assert_allclose(found[: TARGET[1] - 1], expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("method", SCORERS)
def test_why_this_rather_than_that_is_the_opposite_of_why_that_rather_than_this(
    gemma2_preset: Path, method: Method
) -> None:
    start = TARGET[0]
    that = (*IDS[:start], *OTHER)
    forwards = explained(gemma2_preset, method, contrast=OTHER)
    backwards = explained(gemma2_preset, method, (start, len(that)), that, contrast=IDS[start : TARGET[1]])
    sign = -1 if method.signed else 1
    shared = forwards.scores[0, :start]
    assert_allclose(backwards.scores[0, :start], sign * shared, rtol=1e-3, atol=1e-4 * np.abs(shared).max())
    assert_allclose(backwards.log_probs, -forwards.log_probs, rtol=1e-5)
    assert np.abs(shared).max() > 0


@pytest.mark.parametrize("method", SCORERS)
def test_nothing_before_a_text_speaks_for_it_rather_than_for_itself(gemma2_preset: Path, method: Method) -> None:
    scores = explained(gemma2_preset, method, contrast=IDS[TARGET[0] : TARGET[1]]).scores[0]
    alone = np.abs(explained(gemma2_preset, method).scores).max()
    assert_allclose(scores[: TARGET[0]], 0, atol=1e-5 * alone)


def test_the_gradient_of_a_contrast_is_that_of_the_difference_of_keras_models(gemma2_preset: Path) -> None:
    backbone, start = backbone_of(gemma2_preset), TARGET[0]
    table = backbone.token_embedding.embeddings.value
    that = (*IDS[:start], *OTHER)

    def difference(prompt: jax.Array) -> jax.Array:
        def log_prob(ids: tuple[int, ...]) -> jax.Array:
            embeddings = jnp.concatenate((prompt, table[jnp.array(ids[start:])]))
            return keras_log_probs(backbone, embeddings, ids)[start - 1 :].sum()

        return log_prob(IDS) - log_prob(that)

    embeddings = table[jnp.array(IDS[:start])]
    value, gradients = jax.value_and_grad(difference)(embeddings)
    norms = np.linalg.norm(np.asarray(gradients, np.float64), axis=1)
    found = explained(gemma2_preset, Method.GRAD_L2, contrast=OTHER)
    assert_allclose(found.scores[0, :start], norms, rtol=2e-4, atol=1e-5 * norms.max())
    assert_allclose(found.log_probs[0], value, rtol=1e-4)
    products = np.sum(np.asarray(gradients, np.float64) * np.asarray(embeddings), axis=1)
    signed = explained(gemma2_preset, Method.GRAD_DOT_INPUT, contrast=OTHER).scores[0, :start]
    assert_allclose(signed, products, rtol=1e-3, atol=1e-4 * np.abs(products).max())


def test_the_cost_that_is_told_counts_the_passes_that_are_made() -> None:
    assert (cost.SMOOTHED_OVER, cost.MOST_NODES) == (smooth_grad.SAMPLES, integrated_gradients.MOST_NODES)
