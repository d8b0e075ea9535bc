"""Arithmetic that every part of the forward pass shares.

Decisions:
- Products of float32 arrays are computed in float32 on every device; an accelerator would otherwise round their
  inputs to ten bits. Products of 16-bit arrays are exact before they are summed, so they lose nothing by it.
- Norms, softmax and log-probabilities are computed in float32 at least; float64 stays float64.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array, lax


def product(equation: str, left: Array, right: Array) -> Array:
    """Einstein summation of two arrays at full precision."""
    return jnp.einsum(equation, left, right, precision=lax.Precision.HIGHEST)


def widened(numbers: Array) -> Array:
    """The same numbers in float32, or in float64 if they are."""
    return numbers.astype(jnp.promote_types(numbers.dtype, jnp.float32))


def soft_capped(numbers: Array, cap: float | None) -> Array:
    """Numbers squeezed smoothly into ``-cap .. cap``; unchanged without a cap."""
    return numbers if cap is None else jnp.tanh(numbers / cap) * cap


def rms_norm(numbers: Array, scale: Array, epsilon: float, *, frozen: bool = False) -> Array:
    """Vectors divided by their root mean square, then multiplied by ``1 + scale``.

    Args:
        numbers: shape [..., size].
        scale: shape [size].
        epsilon: added to the mean square.
        frozen: whether the root mean square is a constant when this is differentiated.

    Returns:
        shape [..., size], in the dtype of ``numbers``.
    """
    wide = widened(numbers)
    mean_square = jnp.mean(jnp.square(wide), axis=-1, keepdims=True)
    inverse = lax.rsqrt(mean_square + epsilon)
    if frozen:
        inverse = lax.stop_gradient(inverse)
    return (wide * inverse * (1 + widened(scale))).astype(numbers.dtype)
