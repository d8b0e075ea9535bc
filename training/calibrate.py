"""Calibrate how foreign a prompt is: ``python training/calibrate.py``.

Decisions
- The measure is the mean log-probability per prompt token under the shipped model.
- Known prompts are those of the training recipe, in all its wordings, about held-out dishes.
- The threshold lies midway between the 0.1 % quantile of known prompts and the most likely foreign prompt
  where the two are apart; otherwise at the 1 % quantile. Which it was can be read from the file.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from evaluate import load_model
from menu import held_out_dishes
from prompt_salience.embedded import embedded_model_path
from prompts import draw_prompt, training_recipe
from scoring import Model

SEED = 30_000
PROMPTS = 2000
SHARES = (0.001, 0.01, 0.05, 0.5)


def known_prompts(count: int) -> list[str]:
    """Draw prompts of the kind the model knows."""
    recipe = replace(training_recipe(), final_dishes=held_out_dishes())
    chooser = random.Random(SEED)
    return [draw_prompt(recipe, chooser).prompt for _ in range(count)]


def foreign_prompts() -> list[str]:
    """Read the foreign prompts."""
    text = (Path(__file__).parent / "foreign_prompts.txt").read_text(encoding="utf-8")
    return [prompt.strip("\n") for prompt in text.split("%%")]


def mean_log_probabilities(model: Model, prompts: Sequence[str]) -> np.ndarray:
    """Return the mean log-probability per token of every prompt, ``<bos>`` not counted."""
    texts = [model.encode(prompt) for prompt in prompts]
    scores = model.log_probabilities(texts, [(1, len(ids)) for ids in texts])
    return np.array([score.mean() for score in scores])


def calibration(model: Model) -> dict[str, object]:
    """Return quantiles of known prompts, the figures of foreign ones and the threshold."""
    known = mean_log_probabilities(model, known_prompts(PROMPTS))
    foreign = mean_log_probabilities(model, foreign_prompts())
    quantiles = {str(share): round(float(np.quantile(known, share)), 4) for share in SHARES}
    lowest, highest = quantiles["0.001"], round(float(foreign.max()), 4)
    threshold = (lowest + highest) / 2 if highest < lowest else quantiles["0.01"]
    return {
        "measure": "mean log-probability per prompt token in nats, <bos> excluded",
        "known_prompts": PROMPTS,
        "quantiles": quantiles,
        "foreign": [round(float(value), 4) for value in foreign],
        "foreign_highest": highest,
        "threshold": round(threshold, 4),
    }


def main() -> None:
    """Calibrate the shipped model and write the file beside it."""
    found = calibration(load_model(embedded_model_path()))
    path = embedded_model_path().parent / "calibration.json"
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
