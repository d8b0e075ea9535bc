"""How a unit is kept from the model."""

from __future__ import annotations

from enum import StrEnum


class Operator(StrEnum):
    """What is done to a unit that a mask leaves out.

    ``mask`` keeps later tokens from attending to those of the unit: the sequence keeps its length and positions. The
    last token of the prompt, from which the response begins, always sees itself. ``remove`` takes the unit's text out
    of the prompt, which is tokenised anew: what the model reads is a prompt that somebody could have written.
    """

    MASK = "mask"
    REMOVE = "remove"
