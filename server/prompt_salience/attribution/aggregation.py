"""From token scores to unit scores.

A token's score goes to the units its characters lie in, in proportion to the characters shared with each; blank
characters and scaffolding lie in no unit, so a token's leading space costs its unit nothing, and a token of
white space alone counts for no unit.
"""

from __future__ import annotations

from enum import StrEnum


class Aggregation(StrEnum):
    """How the scores of a unit's tokens become one number: their sum, or their mean weighted by shared characters."""

    SUM = "sum"
    MEAN = "mean"
