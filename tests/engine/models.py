"""Loaded tiny models for tests, and Keras's own forward pass over them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from prompt_salience.engine.forward import Decoder, decoder
from prompt_salience.engine.gemma_engine import GemmaEngine
from prompt_salience.engine.load import load_engine


@cache
def engine_of(preset: Path) -> GemmaEngine:
    """The engine of a preset, loaded once a session. Tests read it and never change it."""
    return load_engine(preset)


@cache
def backbone_of(preset: Path) -> Any:
    """The Keras model of a preset."""
    from prompt_salience.engine.no_tensorflow import without_tensorflow

    with without_tensorflow():
        import keras_nlp

        return keras_nlp.models.Backbone.from_preset(str(preset), dtype="float32")


def decoder_of(preset: Path) -> Decoder:
    return engine_of(preset)._model


def decoder_in_float64(model: Decoder) -> Decoder:
    """The same weights in float64; to be called, and used, where that is enabled."""
    weights = jax.tree_util.tree_map(lambda leaf: jnp.asarray(np.asarray(leaf, np.float64)), model.weights)
    return decoder(model.config, weights)


def some_ids(length: int, seed: int = 0) -> tuple[int, ...]:
    """``<bos>`` and random tokens that are neither special nor padding."""
    drawn = np.random.default_rng(seed).integers(8, 500, length - 1)
    return (2, *(int(token_id) for token_id in drawn))


def keras_log_probs(backbone: Any, embeddings: Any, ids: tuple[int, ...]) -> Any:
    """Natural log-probabilities of each token after the first, by Keras's own layers; differentiable by JAX.

    ``embeddings`` are those of the ids before scaling, shape [length, hidden].
    """
    padding_mask = jnp.ones((1, len(ids)), jnp.int32)
    hidden = (embeddings * jnp.sqrt(jnp.float32(backbone.hidden_dim)))[None]
    for layer in backbone.transformer_layers:
        hidden = layer(hidden, padding_mask=padding_mask)
    logits = backbone.token_embedding(backbone.layer_norm(hidden), reverse=True)[0]
    return jax.nn.log_softmax(logits[:-1])[jnp.arange(len(ids) - 1), jnp.array(ids[1:])]
