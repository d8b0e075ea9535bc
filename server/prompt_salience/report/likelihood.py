"""How much more or less likely something has become, in words."""

from __future__ import annotations

import math

NOTICEABLE = 1.05
TEN = 10
MOST_SHOWN = 1000
AS_BEFORE = "as likely as before"


def times_likely(change: float, times: str = "×") -> str:
    """A difference of natural logarithms as ``3.2× less likely``, or as nothing that anybody would notice."""
    factor = math.exp(min(abs(change), math.log(MOST_SHOWN) + 1))
    if factor < NOTICEABLE:
        return AS_BEFORE
    return f"{_factor(factor)}{times} {'more' if change > 0 else 'less'} likely"


def _factor(factor: float) -> str:
    if factor > MOST_SHOWN:
        return f"over {MOST_SHOWN:,}"
    return f"{factor:.1f}" if factor < TEN else f"{factor:.0f}"
