"""The formulas of token scores."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from numpy.testing import assert_allclose

from prompt_salience.engine.methods import grad_dot_input, grad_l2, token_scores
from prompt_salience.engine_client.protocol import Method

GRADIENTS = np.random.default_rng(0).normal(size=(2, 3, 5)).astype(np.float32)
EMBEDDINGS = np.random.default_rng(1).normal(size=(3, 5)).astype(np.float32)


def test_grad_l2_is_the_euclidean_norm() -> None:
    assert_allclose(grad_l2(jnp.asarray(GRADIENTS)), np.linalg.norm(GRADIENTS, axis=-1), rtol=1e-6)


def test_tiny_gradients_do_not_vanish_and_zeros_stay_zero() -> None:
    tiny = jnp.asarray([[3e-30, 4e-30], [0, 0]], jnp.float32)
    assert_allclose(grad_l2(tiny), [5e-30, 0], rtol=1e-6)


def test_grad_dot_input_is_the_product_with_the_embedding() -> None:
    expected = (GRADIENTS * EMBEDDINGS).sum(axis=-1)
    assert_allclose(grad_dot_input(jnp.asarray(GRADIENTS), jnp.asarray(EMBEDDINGS)), expected, rtol=1e-5)


def test_scores_are_of_embeddings_before_scaling() -> None:
    """By the chain rule the gradient by e is the one by scale * e, times the scale."""
    for method in Method:
        plain = token_scores(method, 1.0, jnp.asarray(GRADIENTS), jnp.asarray(EMBEDDINGS))
        scaled = token_scores(method, 3.0, jnp.asarray(GRADIENTS), jnp.asarray(EMBEDDINGS))
        assert_allclose(scaled, 3 * np.asarray(plain), rtol=1e-5)


def test_scores_of_16_bit_gradients_are_reduced_in_float32() -> None:
    for method in Method:
        scores = token_scores(method, 4.0, jnp.asarray(GRADIENTS, jnp.bfloat16), jnp.asarray(EMBEDDINGS, jnp.bfloat16))
        assert scores.dtype == jnp.float32
