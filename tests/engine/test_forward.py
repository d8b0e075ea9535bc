"""The forward pass is Keras's, for every family, at every padded length."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest
from models import backbone_of, decoder_of, engine_of, keras_log_probs, some_ids
from numpy.testing import assert_allclose

from prompt_salience.engine.forward import decoder, forward
from prompt_salience.engine.weights import check_shapes
from prompt_salience.engine_client.protocol import no_progress


@pytest.mark.parametrize("length", [2, 45, 64, 150])
def test_hidden_states_equal_kerass(preset: Path, length: int) -> None:
    ids = some_ids(length)
    run = forward(decoder_of(preset), ids, no_progress)
    backbone = backbone_of(preset)
    inputs = {"token_ids": np.array([ids], np.int32), "padding_mask": np.ones((1, length), np.int32)}
    ours = backbone.layer_norm(run.output[:, :length])
    assert_allclose(ours, backbone(inputs), rtol=1e-5, atol=1e-5)


def test_log_probabilities_equal_kerass(preset: Path) -> None:
    ids = some_ids(80)
    backbone = backbone_of(preset)
    expected = keras_log_probs(backbone, backbone.token_embedding.embeddings.value[jnp.array(ids)], ids)
    log_probs = engine_of(preset).log_probs(ids)
    assert log_probs.dtype == np.float64
    assert_allclose(log_probs, expected, rtol=1e-5, atol=1e-5)


def test_what_comes_later_changes_nothing_before(preset: Path) -> None:
    model, ids = decoder_of(preset), some_ids(40)
    longer = forward(model, ids + some_ids(300, seed=1), no_progress)
    assert_allclose(longer.output[:, :40], forward(model, ids, no_progress).output[:, :40], rtol=1e-5, atol=1e-5)


def test_a_window_limits_how_far_a_token_sees(gemma2_preset: Path) -> None:
    """With a window in every layer, a token is out of reach of what lies more than layers * (window - 1) after it."""
    model = decoder_of(gemma2_preset)
    local = replace(model.config, layers=(model.config.layers[0],) * len(model.config.layers))
    windowed = decoder(local, model.weights)
    ids = some_ids(60)
    reach = len(local.layers) * (local.layers[0].window - 1)
    runs = [forward(windowed, (2, first, *ids[2:]), no_progress).output[0, :60] for first in (30, 31)]
    changed = np.flatnonzero(np.abs(runs[0] - runs[1]).max(axis=1) > 0)
    assert changed.min() == 1
    assert changed.max() == 1 + reach


def test_a_progress_report_comes_before_each_layer(gemma2_preset: Path) -> None:
    reports: list[tuple[str, int, int]] = []
    forward(decoder_of(gemma2_preset), some_ids(10), lambda *report: reports.append(report))
    assert reports == [("reading", done, 4) for done in range(4)]


def test_weights_of_another_shape_are_refused(gemma_preset: Path) -> None:
    model = decoder_of(gemma_preset)
    with pytest.raises(ValueError, match="the embedding has shape"):
        check_shapes(replace(model.config, vocabulary_size=7), model.weights)
    with pytest.raises(ValueError, match="there are weights for 2 layers"):
        check_shapes(replace(model.config, layers=model.config.layers[:1]), model.weights)
