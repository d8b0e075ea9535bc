"""Where tokens stand: rotary embeddings, and who may look at whom.

Decisions:
- The two halves of a head are rotated against each other. keras-hub's Gemma 1 and 2 interleave the halves after
  rotating; that permutes queries and keys alike and changes no product of the two, so it is left out.
- Frequencies and windows are arrays: one compiled block serves local and global layers.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from prompt_salience.engine.arithmetic import widened
from prompt_salience.engine.config import LayerKind

_SEES_ALL = np.int32(2**30)


@jax.tree_util.register_dataclass
@dataclass(frozen=True, slots=True)
class LayerView:
    """A ``LayerKind`` as numbers for a compiled block.

    Attributes:
        window: int32, how many positions a token sees, itself included.
        frequencies: shape [head / 2], in radians for each position.
        blocked: bool, shape [batch, length], the positions that no later one sees; None where there are none.
    """

    window: Array
    frequencies: Array
    blocked: Array | None = None


def layer_view(kind: LayerKind, head_dim: int) -> LayerView:
    """The numbers of one layer kind, in float64 where that is enabled and float32 otherwise."""
    exponents = np.arange(0, head_dim, 2, dtype=np.float64) / head_dim
    frequencies = kind.rope_wavelength**-exponents / kind.rope_scaling
    window = _SEES_ALL if kind.window is None else np.int32(kind.window)
    widest = jax.dtypes.canonicalize_dtype(np.float64)
    return LayerView(jnp.asarray(window), jnp.asarray(frequencies, widest))


def rotated(heads: Array, positions: Array, frequencies: Array) -> Array:
    """Heads turned by their position.

    Args:
        heads: shape [batch, length, heads, head].
        positions: shape [length].
        frequencies: shape [head / 2].

    Returns:
        shape [batch, length, heads, head], in the dtype of ``heads``.
    """
    angles = positions.astype(frequencies.dtype)[:, None] * frequencies
    cosine, sine = jnp.cos(angles)[:, None, :], jnp.sin(angles)[:, None, :]
    first, second = jnp.split(widened(heads), 2, axis=-1)
    turned = jnp.concatenate((first * cosine - second * sine, second * cosine + first * sine), axis=-1)
    return turned.astype(heads.dtype)


def visible(positions: Array, key_positions: Array, window: Array) -> Array:
    """Which keys each query may look at: those at or before it, inside its window.

    Args:
        positions: shape [length].
        key_positions: shape [keys].
        window: int32, how many positions a query sees.

    Returns:
        bool, shape [length, keys]; every row of a query that has a key of its own holds at least one True.
    """
    distance = positions[:, None] - key_positions[None, :]
    return (distance >= 0) & (distance < window)
