"""What is kept of an ablation: the masks that were evaluated, and log-probabilities of the response under each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prompt_salience.attribution.ablation.masks import Masks
from prompt_salience.attribution.ablation.settings import AblationSettings


@dataclass(frozen=True, eq=False)
class Ablation:
    """Units of a prompt were left out; nothing more has to be evaluated to explain another target.

    Attributes:
        settings: how they were left out.
        masks: which units of the prompt were kept, shape (masks, units), as far as they were evaluated.
        log_probs: natural log-probability of each token of the response under each mask, float64, shape (masks,
            response tokens).
        planned: how many masks the method asked for.
        forward_passes: how many versions of the prompt were read; masks that are the same were read once.
    """

    settings: AblationSettings
    masks: Masks
    log_probs: NDArray[np.float64]
    planned: int
    forward_passes: int

    @property
    def complete(self) -> bool:
        """Whether all masks were evaluated, and not only the first of them."""
        return len(self.masks) == self.planned
