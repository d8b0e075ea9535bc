"""Arrays that JAX takes over as they are.

Decisions:
- JAX copies what it is given, unless on a CPU the memory starts at a multiple of 64 bytes: such an array is lent to it
  and never written to again.
- Memory that is asked for costs nothing until it is written to.
"""

from __future__ import annotations

import math
from typing import Any

import jax
import numpy as np
from jax import Array
from jax.typing import DTypeLike
from numpy.typing import NDArray

_ALIGNMENT = 64


def aligned(shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
    """An array with whatever numbers, whose memory starts where JAX can use it."""
    kind = np.dtype(dtype)
    size = math.prod(shape) * kind.itemsize
    memory = np.empty(size + _ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % _ALIGNMENT
    return memory[start : start + size].view(kind).reshape(shape)


def lent(numbers: NDArray[Any]) -> Array:
    """The array on the default device; the caller must not change it any more."""
    taken: Array = jax.device_put(numbers, may_alias=True)
    return taken
