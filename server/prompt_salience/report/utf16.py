"""Counting as JavaScript and most editors do: in UTF-16 code units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def units_before(text: str) -> NDArray[np.int64]:
    """How many code units stand before each code point of a text, and before its end; shape (code points + 1,)."""
    if text.isascii():
        return np.arange(len(text) + 1)
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return np.concatenate(([0], np.cumsum(1 + (points > 0xFFFF))))
