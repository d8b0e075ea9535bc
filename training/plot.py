"""Draw the loss curve and the accuracies of a training: ``python training/plot.py --seed 0``.

Decisions
- Both come from the training's own log; a step that was logged twice, before and after an interruption,
  counts as it was logged last.
- Losses of different stages weigh different tokens; the curve shows each stage's own.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib as mpl

from stages import STAGES
from train import run_folder

mpl.use("Agg")

SHOWN = {
    "mapped_choice": "recommendation by the examples",
    "fallback_choice": "recommendation, kind not shown",
    "principle_choice": "recommendation by the principle",
    "analysis_key": "analysis, deciding tokens",
    "example_key": "analyses of examples, deciding tokens",
}


def read_log(path: Path) -> list[dict[str, Any]]:
    """Return the log's lines in order, each with ``at``, its step counted over all stages."""
    offsets, before = {}, 0
    for stage in STAGES:
        offsets[stage.name] = before
        before += stage.steps
    entries = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    by_step = {offsets[entry["stage"]] + entry["step"]: entry for entry in entries}
    return [{**by_step[at], "at": at} for at in sorted(by_step)]


def draw(entries: list[dict[str, Any]], path: Path) -> None:
    """Draw loss above, accuracies below."""
    import matplotlib.pyplot as plt

    figure, (upper, lower) = plt.subplots(2, 1, figsize=(9, 7), sharex=True)
    upper.semilogy([entry["at"] for entry in entries], [entry["loss"] for entry in entries])
    upper.set_ylabel("weighted loss, nats")
    for role, label in SHOWN.items():
        known = [entry for entry in entries if role in entry["right"]]
        lower.plot([entry["at"] for entry in known], [entry["right"][role] for entry in known], label=label)
    lower.set(xlabel="step", ylabel="right in training", ylim=(0, 1.02))
    lower.legend(fontsize="small")
    _mark_stages([upper, lower])
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def _mark_stages(axes: list[Any]) -> None:
    before = 0
    for stage in STAGES:
        for axis in axes:
            axis.axvline(before, color="grey", linewidth=0.6)
        axes[0].text(before + 10, axes[0].get_ylim()[1] * 0.7, stage.name, fontsize="small")
        before += stage.steps


def main() -> None:
    """Draw one seed's curves beside this script."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0, help="seed whose log to draw")
    log = run_folder(parser.parse_args().seed) / "log.jsonl"
    draw(read_log(log), Path(__file__).parent / "loss.png")


if __name__ == "__main__":
    main()
