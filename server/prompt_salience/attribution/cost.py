"""What a method costs, before it runs: in forward passes, and in seconds as far as this machine's rate is known.

A forward pass over prompt and response is the unit; a backward pass costs about as much, as products with weights are
kept. The head and the compiler are left out: it is an estimate, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from prompt_salience.attribution.ablation.estimators import ESTIMATORS
from prompt_salience.attribution.ablation.settings import AblationSettings
from prompt_salience.engine_client.protocol import Method

SMOOTHED_OVER = 16
MOST_NODES = 96


@dataclass(frozen=True, slots=True)
class Cost:
    """Forward passes, or as much work; and seconds, None where no rate is known."""

    method: Method
    passes: int
    seconds: float | None

    @property
    def in_words(self) -> str:
        """``lime: 65 forward passes, about 12 s``; of a method that stops by itself, at most so many."""
        bound = "at most " if self.method is Method.INTEGRATED_GRADIENTS else ""
        words = f"{self.method}: {bound}{self.passes:,} forward passes"
        return words if self.seconds is None else f"{words}, {bound or 'about '}{_duration(self.seconds)}"


def cost(
    method: Method, targets: int, units: int, settings: AblationSettings, seconds_per_pass: float | None = None
) -> Cost:
    """What scoring takes.

    Args:
        method: how.
        targets: how many parts of the response.
        units: of the prompt.
        settings: how methods that ablate leave units out.
        seconds_per_pass: what a forward pass took on this machine, if that is known.
    """
    passes = _masks(method, units, settings) if method.ablates else _gradient_passes(method, targets)
    return Cost(method, passes, None if seconds_per_pass is None else passes * seconds_per_pass)


def _masks(method: Method, units: int, settings: AblationSettings) -> int:
    """How many masks differ: those that are the same are read once."""
    return len(np.unique(ESTIMATORS[method].plan(units, settings.masks, settings.seed), axis=0))


def _gradient_passes(method: Method, targets: int) -> int:
    if method is Method.ATTENTION_ROLLOUT:
        return 1
    places = {Method.SMOOTH_GRAD: SMOOTHED_OVER, Method.INTEGRATED_GRADIENTS: MOST_NODES}
    return places.get(method, 1) * (1 + targets)


def _duration(seconds: float) -> str:
    if seconds < 1:
        return "a second"
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
