"""How much more or less likely an edit made the response, in words."""

from __future__ import annotations

import math

NOTICEABLE = 1.05
TEN = 10
MOST_SHOWN = 1000


def likelihood_words(change: float) -> str:
    """A difference of natural logarithms as ``response 3.2× less likely``."""
    factor = math.exp(min(abs(change), math.log(MOST_SHOWN) + 1))
    if factor < NOTICEABLE:
        return "response as likely as before"
    return f"response {_factor(factor)}× {'more' if change > 0 else 'less'} likely"


def _factor(factor: float) -> str:
    if factor > MOST_SHOWN:
        return f"over {MOST_SHOWN:,}"
    return f"{factor:.1f}" if factor < TEN else f"{factor:.0f}"
