"""What is known of a span because it is known of the spans that make it up, for numbers that add up over spans.

Differences of known spans would do as well in theory; they are left out, because what is left of two large numbers that
nearly cancel is mostly rounding.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Span = tuple[int, int]
Row = NDArray[np.float64]


def row_of(known: Mapping[Span, Row], span: Span) -> Row | None:
    """The row of a span: its own, or the sum of the fewest that make it up one after the other; None if not known.

    Args:
        known: rows of one shape by their spans ``start:end``, end exclusive, none of them empty.
        span: the wanted one.
    """
    start, wanted = span
    reached: dict[int, Row | None] = {start: None}
    borders = [start]
    while borders and wanted not in reached:
        borders = [end for border in borders for end in _onwards(known, border, wanted, reached)]
    return reached.get(wanted)


def _onwards(known: Mapping[Span, Row], border: int, wanted: int, reached: dict[int, Row | None]) -> list[int]:
    """Where spans that begin at a border end, as far as that is new; what they add up to is noted."""
    before = reached[border]
    new = {end: row for (start, end), row in known.items() if start == border and end <= wanted and end not in reached}
    reached |= {end: row if before is None else before + row for end, row in new.items()}
    return list(new)
