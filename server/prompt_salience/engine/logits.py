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


def all_logits(config: DecoderConfig, embedding: Array, final_norm: Array, hidden: Array) -> Array:
    """Logits of every next token, squeezed by the model's own soft-cap.

    The embedding comes first in the product, and tokens are the first axis of what follows: on a processor that is
    twice as fast as the other way round for a few rows, and every reduction runs over whole vectors.

    Args:
        config: soft-cap and epsilon.
        embedding: shape [vocabulary, hidden].
        final_norm: shape [hidden].
        hidden: what the last layer wrote, shape [rows, hidden].

    Returns:
        shape [vocabulary, rows], float32 (or float64 for float64 weights).
    """
    normed = _normed(config, final_norm, hidden)
    return soft_capped(_by_embedding("vd,rd->vr", embedding, normed), config.final_soft_cap)


def _normed(config: DecoderConfig, final_norm: Array, hidden: Array) -> Array:
    return rms_norm(hidden, final_norm, config.final_norm_epsilon, frozen=config.block.modified)


def _by_embedding(equation: str, left: Array, right: Array) -> Array:
    wide = jnp.promote_types(right.dtype, jnp.float32)
    return jnp.einsum(equation, left, right, precision=lax.Precision.HIGHEST, preferred_element_type=wide)


def log_distribution(config: DecoderConfig, embedding: Array, final_norm: Array, hidden: Array) -> Array:
    """Natural log-probabilities of every next token; arguments as for ``all_logits``, shape [rows, vocabulary]."""
    return jax.nn.log_softmax(all_logits(config, embedding, final_norm, hidden), axis=0).T


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
    distribution = jax.nn.log_softmax(all_logits(config, embedding, final_norm, hidden), axis=0)
    return jnp.take_along_axis(distribution, jnp.asarray(next_ids)[None], axis=0)[0]


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

    Args:
        config: soft-cap and epsilon.
        embedding: shape [vocabulary, hidden].
        final_norm: shape [hidden].
        hidden: what the last layer wrote, shape [1, length, hidden].

    Returns:
        Token ids, shape [length], the lower one of two that are equally likely; their natural log-probabilities,
        shape [length]; by how much their logits lead the next best, shape [length].
    """
    logits = all_logits(config, embedding, final_norm, hidden[0])
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
    picked, following = hidden[0, jnp.asarray(positions)], jnp.asarray(next_ids)
    normed, pull_back = jax.vjp(lambda rows: _normed(config, final_norm, rows), picked)
    logits, cap_back = jax.vjp(
        lambda plain: soft_capped(plain, config.final_soft_cap), _by_embedding("vd,rd->vr", embedding, normed)
    )
    distribution = jax.nn.log_softmax(logits, axis=0)
    tokens = lax.broadcasted_iota(jnp.int32, logits.shape, 0)
    # The gradient of log softmax: one for the token itself, less what every token is likely.
    (by_plain,) = cap_back((tokens == following).astype(logits.dtype) - jnp.exp(distribution))
    by_normed = _by_embedding("vr,vd->rd", by_plain.astype(embedding.dtype), embedding)
    (gradients,) = pull_back(by_normed.astype(normed.dtype))
    return jnp.take_along_axis(distribution, following[None], axis=0)[0], gradients
