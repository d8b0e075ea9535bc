"""What may be chosen about an ablation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Operator(StrEnum):
    """What is done to a unit that a mask leaves out.

    ``mask`` keeps later tokens from attending to those of the unit: the sequence keeps its length and positions. The
    last token of the prompt, from which the response begins, always sees itself. ``remove`` takes the unit's text out
    of the prompt, which is tokenised anew: what the model reads is a prompt that somebody could have written.
    """

    MASK = "mask"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class AblationSettings:
    """How a method that works on units leaves them out.

    Attributes:
        operator: what is done to a unit.
        masks: a budget of masks for methods that draw them; None for the method's own.
        seed: of the draws.
    """

    operator: Operator = Operator.MASK
    masks: int | None = None
    seed: int = 0
