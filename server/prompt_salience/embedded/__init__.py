"""The model that comes with the package: where it lies, and how to tell that a prompt is foreign to it.

Decisions:
- Nothing here imports more than the standard library, so that asking for the path costs nothing.
- How foreign a prompt is, is measured by its mean log-probability per token under the model; the calibration file
  holds the quantiles of prompts that the model knows and the threshold chosen from them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Calibration:
    """Mean log-probabilities per prompt token, in nats.

    Attributes:
        quantiles: of prompts of the kind the model knows, by their share: ``{0.01: -2.1}`` says that one prompt in a
            hundred lies below -2.1.
        foreign_highest: the highest of some prompts that are of another kind.
        threshold: a prompt below it is foreign to the model.

    """

    quantiles: dict[float, float]
    foreign_highest: float
    threshold: float

    def is_foreign(self, mean_log_probability: float) -> bool:
        """Tell whether a prompt with this mean log-probability per token is of a kind the model does not know."""
        return mean_log_probability < self.threshold


def embedded_model_path() -> Path:
    """Return the folder of the Keras preset that comes with the package."""
    return _FOLDER / "menu_judge"


def load_calibration() -> Calibration:
    """Read the calibration that belongs to the embedded model."""
    stored = json.loads((_FOLDER / "calibration.json").read_text(encoding="utf-8"))
    return Calibration(
        quantiles={float(share): value for share, value in stored["quantiles"].items()},
        foreign_highest=stored["foreign_highest"],
        threshold=stored["threshold"],
    )
