"""A token that was chosen to come next."""

from __future__ import annotations

import math
from dataclasses import dataclass

from prompt_salience.engine_client.protocol import EngineError


@dataclass(frozen=True, slots=True)
class ChosenToken:
    """A token id, and its natural log-probability under the model."""

    id: int
    log_prob: float


def check_finite(log_prob: float) -> None:
    """Refuse the log-probability of a likeliest token that is no number.

    Raises:
        EngineError: saying what may be wrong.
    """
    if not math.isfinite(log_prob):
        message = (
            "The model's log-probabilities are not numbers. Its weights may be damaged, or too large for the number "
            "format: download the model again, or load it with the dtype float32."
        )
        raise EngineError(message)
