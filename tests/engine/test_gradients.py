"""Token scores are what they are said to be: checked against differences, and against Keras differentiated whole."""

from __future__ import annotations

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from models import backbone_of, decoder_in_float64, decoder_of, engine_of, keras_log_probs, some_ids
from numpy.testing import assert_allclose, assert_array_equal

from prompt_salience.engine.explanation import SCORERS, ExplainedRun
from prompt_salience.engine.forward import Decoder, ForwardPass, forward
from prompt_salience.engine.gemma_engine import GemmaEngine
from prompt_salience.engine.gradients import input_gradients
from prompt_salience.engine.head_rows import HeadRows, log_probs_of
from prompt_salience.engine.targets import Target, rows_of
from prompt_salience.engine_client.protocol import EngineError, ExplainRequest, Method, no_progress

IDS = some_ids(45)
TARGETS = ((30, 45), (31, 32), (40, 44), (1, 45), (44, 45))


def scores(
    preset: Path, targets: tuple[tuple[int, int], ...], method: Method = Method.GRAD_L2, ids: tuple[int, ...] = IDS
) -> np.ndarray:
    """Scores of which nothing was known before."""
    engine = engine_of(preset)
    return (
        GemmaEngine(engine.info, engine._model, engine._tokenizer).explain(ExplainRequest(ids, targets, method)).scores
    )


def gradients_by_embeddings(model: Decoder, ids: tuple[int, ...], run: ForwardPass, target: Target) -> np.ndarray:
    """g_i of a target, shape [bucket, hidden]."""
    seeds = HeadRows(model, ids, run).seeds((target,), 1, run.output.shape[1])
    return np.asarray(input_gradients(model, run, seeds, no_progress))[0] * model.config.embedding_scale


def log_prob_of(model: Decoder, ids: tuple[int, ...], target: Target, embeddings: np.ndarray) -> float:
    """log p(S) of a target for other embeddings, by running the layers' pure function again."""
    from prompt_salience.engine.decoder_block import decoder_block

    hidden = jnp.asarray(embeddings)[None] * model.config.embedding_scale
    for weights, view in zip(model.weights.blocks, model.views, strict=True):
        hidden, _ = decoder_block(model.config.block, weights, view, hidden)
    return float(log_probs_of(model, hidden, ids, rows_of(target)).sum())


@pytest.mark.parametrize("keep_products", [True, False])
def test_gradients_are_the_limits_of_differences_in_float64(preset: Path, keep_products: bool) -> None:
    step, random = 1e-5, np.random.default_rng(1)
    loaded = decoder_of(preset)
    with jax.enable_x64(new_val=True):
        model = decoder_in_float64(loaded)
        ids = IDS[:20]
        target = (12, 17)
        run = forward(model, ids, no_progress, keep_products=keep_products)
        embeddings = np.asarray(run.embeddings)
        assert embeddings.dtype == np.float64
        gradients = gradients_by_embeddings(model, ids, run, target)
        for _ in range(5):
            direction = random.standard_normal(embeddings.shape)
            ahead = log_prob_of(model, ids, target, embeddings + step * direction)
            behind = log_prob_of(model, ids, target, embeddings - step * direction)
            assert_allclose(np.sum(gradients * direction), (ahead - behind) / (2 * step), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("target", TARGETS)
def test_scores_are_those_of_kerass_model_differentiated_whole(preset: Path, target: tuple[int, int]) -> None:
    backbone = backbone_of(preset)
    embeddings = backbone.token_embedding.embeddings.value[jnp.array(IDS)]

    def log_prob(variable: jax.Array) -> jax.Array:
        return keras_log_probs(backbone, variable, IDS)[target[0] - 1 : target[1] - 1].sum()

    expected, gradients = jax.value_and_grad(log_prob)(embeddings)
    result = engine_of(preset).explain(ExplainRequest(IDS, (target,), Method.GRAD_L2))
    norms = np.linalg.norm(np.asarray(gradients, np.float64), axis=1)
    assert_allclose(result.log_probs[0], expected, rtol=1e-5)
    assert_allclose(result.scores[0], norms, rtol=2e-4, atol=1e-5 * norms.max())
    products = np.sum(np.asarray(gradients, np.float64) * np.asarray(embeddings), axis=1)
    signed = scores(preset, (target,), Method.GRAD_DOT_INPUT)[0]
    assert_allclose(signed, products, rtol=2e-4, atol=1e-5 * np.abs(products).max())


@pytest.mark.parametrize("method", SCORERS)
def test_scores_are_exactly_zero_at_and_after_the_last_target_position(preset: Path, method: Method) -> None:
    found = scores(preset, TARGETS, method)
    assert found.dtype == np.float64
    assert found.shape == (len(TARGETS), len(IDS))
    for row, (_, end) in zip(found, TARGETS, strict=True):
        assert_array_equal(row[end - 1 :], 0.0)
        assert not np.signbit(row[end - 1 :]).any()
        assert row[1 : end - 1].all()


def test_padding_changes_nothing(preset: Path) -> None:
    """A sequence that is followed by others sits in a longer bucket, and has the same scores."""
    ids = IDS + some_ids(130, seed=3)[1:]
    found = scores(preset, TARGETS, ids=ids)
    assert_array_equal(found[:, len(IDS) :], 0.0)
    expected = scores(preset, TARGETS)
    assert_allclose(found[:, : len(IDS)], expected, rtol=1e-4, atol=1e-5 * expected.max())


def test_a_batch_of_targets_equals_one_at_a_time(preset: Path) -> None:
    targets = tuple((start, start + 1 + start % 3) for start in range(20, 42))
    together = scores(preset, targets)
    for target, row in zip(targets, together, strict=True):
        assert_allclose(row, scores(preset, (target,))[0], rtol=1e-4, atol=1e-5 * row.max())


def test_more_targets_than_fit_in_a_pass_are_worked_off_in_several(
    preset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = scores(preset, TARGETS)
    monkeypatch.setattr("prompt_salience.engine.explanation.targets_at_once", lambda _config, _length: 4)
    assert_allclose(scores(preset, TARGETS), expected, rtol=1e-4, atol=1e-5 * expected.max())


def test_grad_dot_input_of_a_span_is_the_sum_over_its_tokens(preset: Path) -> None:
    whole = scores(preset, ((30, 45),), Method.GRAD_DOT_INPUT)[0]
    tokens = scores(preset, tuple((at, at + 1) for at in range(30, 45)), Method.GRAD_DOT_INPUT)
    assert_allclose(tokens.sum(axis=0), whole, rtol=1e-3, atol=1e-4 * np.abs(whole).max())


def test_the_log_probability_of_a_target_is_that_of_its_tokens(preset: Path) -> None:
    ids = some_ids(120, seed=4)
    log_probs = engine_of(preset).log_probs(ids)
    targets = ((1, 120), (100, 120), (60, 61))
    result = engine_of(preset).explain(ExplainRequest(ids, targets))
    expected = [log_probs[start - 1 : end - 1].sum() for start, end in targets]
    assert_allclose(result.log_probs, expected, rtol=1e-6)


def test_scores_that_are_not_numbers_are_an_error(gemma2_preset: Path) -> None:
    model = decoder_of(gemma2_preset)
    run = forward(model, IDS, no_progress)
    damaged = ForwardPass(run.token_ids, run.embeddings, run.layers, run.output * np.nan)
    with pytest.raises(EngineError, match="not numbers"):
        ExplainedRun(model, IDS, damaged).scores(((30, 45),), Method.GRAD_L2, no_progress)
