"""From the last hidden states to log-probabilities, for the rows that are asked for and no others.

A row is a position; it predicts the token after it. Rows do not depend on each other, so the gradient of each row's
log-probability is computed once, however many targets the row belongs to.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.typing import ArrayLike

from prompt_salience.engine.arithmetic import rms_norm, soft_capped
from prompt_salience.engine.compiling import compiled
from prompt_salience.engine.config import DecoderConfig


def log_distribution(config: DecoderConfig, embedding: Array, final_norm: Array, hidden: Array) -> Array:
    """Natural log-probabilities of every next token.

    Args:
        config: soft-cap and epsilon.
        embedding: shape [vocabulary, hidden].
        final_norm: shape [hidden].
        hidden: what the last layer wrote, shape [rows, hidden].

    Returns:
        shape [rows, vocabulary], float32 (or float64 for float64 weights).
    """
    normed = rms_norm(hidden, final_norm, config.final_norm_epsilon)
    wide = jnp.promote_types(normed.dtype, jnp.float32)
    precision = lax.Precision.HIGHEST
    logits = jnp.einsum("rd,vd->rv", normed, embedding, precision=precision, preferred_element_type=wide)
    return jax.nn.log_softmax(soft_capped(logits, config.final_soft_cap), axis=-1)


def row_log_probs(
    config: DecoderConfig, embedding: Array, final_norm: Array, hidden: Array, next_ids: ArrayLike
) -> Array:
    """The natural log-probability of one next token for each row.

    Args:
        config: soft-cap and epsilon.
        embedding: shape [vocabulary, hidden].
        final_norm: shape [hidden].
        hidden: shape [rows, hidden].
        next_ids: int32, shape [rows].

    Returns:
        shape [rows].
    """
    distribution = log_distribution(config, embedding, final_norm, hidden)
    return jnp.take_along_axis(distribution, jnp.asarray(next_ids)[:, None], axis=1)[:, 0]


@compiled(static=("config",))
def log_probs_at(
    config: DecoderConfig, embedding: Array, final_norm: Array, hidden: Array, positions: ArrayLike, next_ids: ArrayLike
) -> Array:
    """``row_log_probs`` of some positions (int32, shape [rows]) of ``hidden``, shape [1, length, hidden]."""
    return row_log_probs(config, embedding, final_norm, hidden[0, jnp.asarray(positions)], next_ids)


@compiled(static=("config",))
def next_log_probs(config: DecoderConfig, embedding: Array, final_norm: Array, hidden: Array) -> Array:
    """Natural log-probabilities of what may come after the last position.

    Args:
        config: soft-cap and epsilon.
        embedding: shape [vocabulary, hidden].
        final_norm: shape [hidden].
        hidden: what the last layer wrote at the last position, shape [1, 1, hidden].

    Returns:
        shape [vocabulary].
    """
    return log_distribution(config, embedding, final_norm, hidden[0])[0]


@compiled(static=("config",))
def likeliest(config: DecoderConfig, embedding: Array, final_norm: Array, hidden: Array) -> tuple[Array, Array, Array]:
    """The likeliest token after each position, and by how much it is the likeliest.

    The embedding comes first in the product, and tokens are the first axis of what follows: on a processor that is
    twice as fast as the other way round for a few rows, and every reduction runs over whole vectors.

    Args:
        config: soft-cap and epsilon.
        embedding: shape [vocabulary, hidden].
        final_norm: shape [hidden].
        hidden: what the last layer wrote, shape [1, length, hidden].

    Returns:
        Token ids, shape [length], the lower one of two that are equally likely; their natural log-probabilities,
        shape [length]; by how much their logits lead the next best, shape [length].
    """
    normed = rms_norm(hidden[0], final_norm, config.final_norm_epsilon)
    wide = jnp.promote_types(normed.dtype, jnp.float32)
    precision = lax.Precision.HIGHEST
    logits = jnp.einsum("vd,rd->vr", embedding, normed, precision=precision, preferred_element_type=wide)
    logits = soft_capped(logits, config.final_soft_cap)
    ids = lax.broadcasted_iota(jnp.int32, logits.shape, 0)
    highest = jnp.max(logits, axis=0)
    best = jnp.min(jnp.where(logits == highest, ids, logits.shape[0] - 1), axis=0)
    next_best = jnp.max(jnp.where(ids == best, -jnp.inf, logits), axis=0)
    return best, -jnp.log(jnp.sum(jnp.exp(logits - highest), axis=0)), highest - next_best


@compiled(static=("config",))
def row_gradients(
    config: DecoderConfig, embedding: Array, final_norm: Array, hidden: Array, positions: ArrayLike, next_ids: ArrayLike
) -> tuple[Array, Array]:
    """The log-probability of each row's next token, and its gradient by what the last layer wrote there.

    Args:
        config: soft-cap and epsilon.
        embedding: shape [vocabulary, hidden].
        final_norm: shape [hidden].
        hidden: shape [1, length, hidden].
        positions: int32, shape [rows].
        next_ids: int32, shape [rows].

    Returns:
        Log-probabilities, shape [rows]; gradients, shape [rows, hidden].
    """
    log_probs, pull_back = jax.vjp(
        lambda picked: row_log_probs(config, embedding, final_norm, picked, next_ids), hidden[0, jnp.asarray(positions)]
    )
    (gradients,) = pull_back(jnp.ones_like(log_probs))
    return log_probs, gradients
