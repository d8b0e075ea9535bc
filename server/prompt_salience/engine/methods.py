"""From gradients to token scores: one formula for each kind of method.

With e_i the embedding of token i before Gemma's scaling, and g_i the gradient of the target's log-probability by e_i:

- ``grad_l2``: ‖g_i‖₂. Unsigned. (Simonyan and others 2013, arXiv:1312.6034, with the Euclidean norm over a token.)
- ``grad_dot_input``: g_i · e_i. Signed; positive means that the token speaks for the target. It is linear in the
  target: the scores of single response tokens add up to those of their span. (Shrikumar and others 2016,
  arXiv:1605.01713.) Tools that differentiate the loss instead of the log-probability show the opposite sign.

Both are reduced in float32 at least.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from prompt_salience.engine.arithmetic import product, widened
from prompt_salience.engine.compiling import compiled
from prompt_salience.engine_client.protocol import Method


def grad_l2(gradients: Array) -> Array:
    """Euclidean norms over the last axis: shape [targets, length] for [targets, length, hidden].

    Vectors are divided by their largest number first, so that squares of tiny gradients do not vanish.
    """
    largest = jnp.max(jnp.abs(gradients), axis=-1, keepdims=True)
    shares = gradients / jnp.where(largest > 0, largest, 1)
    return largest[..., 0] * jnp.sqrt(jnp.sum(jnp.square(shares), axis=-1))


def grad_dot_input(gradients: Array, embeddings: Array) -> Array:
    """Products with the embeddings, shape [length, hidden]: shape [targets, length]."""
    return product("nld,ld->nl", gradients, embeddings)


@compiled(static=("method", "embedding_scale"))
def token_scores(method: Method, embedding_scale: float, gradients: Array, embeddings: Array) -> Array:
    """Scores of every token for every target.

    Args:
        method: which formula.
        embedding_scale: what embeddings are multiplied by before the first layer.
        gradients: by what the first layer reads, shape [targets, length, hidden].
        embeddings: before scaling, shape [at least length, hidden].

    Returns:
        shape [targets, length], float32 (or float64 for float64 weights).
    """
    embeddings = embeddings[: gradients.shape[1]]
    scale = jnp.asarray(embedding_scale, embeddings.dtype)
    by_embedding = widened(gradients) * widened(scale)
    if method is Method.GRAD_L2:
        return grad_l2(by_embedding)
    return grad_dot_input(by_embedding, widened(embeddings))
