"""Rules by which a block is differentiated otherwise than mathematics has it, so that interactions get their due.

The plain gradient understates what several parts do together. The products of a norm with its own statistics cancel
(a normed vector does not change when its input grows, so that gradient times input vanishes through a norm); a softmax
that is nearly sure of one key lets no gradient through; and a product gives both factors the whole of its effect.

Decisions:
- The statistics of norms are constants (``rms_norm`` with ``frozen``).
- The backward pass of a softmax uses shares at twice the temperature.
- The gradient of a product is split among its factors: half for each half of a gated product; in attention, half for
  values, half for shares, of which queries and keys get half each.
- The forward pass is untouched, and a backward pass costs what it costs otherwise.

Source: Edin and others 2025, Gradient Interaction Modifications, arXiv:2505.17630.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import Array, lax

_TEMPERATURE = 2.0


def halved(numbers: Array) -> Array:
    """The same numbers, with half their gradient."""
    return numbers / 2 + lax.stop_gradient(numbers / 2)


@jax.custom_vjp
def softmax_with_warm_gradient(scores: Array) -> Array:
    """Softmax over the last axis, whose gradient is that of a warmer one, without the factor of its temperature."""
    return jax.nn.softmax(scores, axis=-1)


def _forward(scores: Array) -> tuple[Array, Array]:
    return softmax_with_warm_gradient(scores), scores


def _backward(scores: Array, cotangent: Array) -> tuple[Array]:
    # Masked scores are the lowest finite number; halved they are still so low that their share is exactly zero.
    shares = jax.nn.softmax(scores / _TEMPERATURE, axis=-1)
    return (shares * (cotangent - jnp.sum(shares * cotangent, axis=-1, keepdims=True)),)


softmax_with_warm_gradient.defvjp(_forward, _backward)
