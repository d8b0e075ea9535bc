"""What came of the masks that have been evaluated so far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prompt_salience.attribution.ablation.masks import Masks


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Masks, and how likely each target is under each of them.

    Attributes:
        masks: shape (masks, units), the beginning of a planned set: at least the one that keeps all.
        log_probs: natural logarithms of the targets' probabilities, float64, shape (masks, targets).
        target_lengths: how many tokens each target has, shape (targets,).
    """

    masks: Masks
    log_probs: NDArray[np.float64]
    target_lengths: NDArray[np.int64]
