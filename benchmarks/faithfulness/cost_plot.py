"""Faithfulness against cost: the LDS over forward passes, or as much work, on a logarithmic axis.

Decisions
- Colours are those of Okabe and Ito, which stay apart for every common colour vision; shapes differ too, so
  that nothing depends on colour.
- Of each method the default aggregation is shown, and the best by LDS where that is another.
- Points of the same cost stand side by side.
- What costs nothing has no place on a logarithmic axis, and is a line.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
from candidates import Name
from measures import Measure
from results import Results

from prompt_salience.attribution.faithfulness.bootstrap import Interval
from prompt_salience.prompts.units import Granularity

mpl.use("Agg")

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
SHAPES = "os^Dv<>PX*hp"
LINES = ("--", ":", "-.")
APART = 1.12
"""By what factor points of the same cost are moved apart."""


def draw(results: Results, path: Path) -> None:
    """One picture a granularity, side by side, into one file."""
    import matplotlib.pyplot as plt

    granularities = results.granularities()
    figure, axes = plt.subplots(1, len(granularities), figsize=(7 * len(granularities), 6), sharey=True, squeeze=False)
    for axis, granularity in zip(axes[0], granularities, strict=True):
        _draw_one(axis, results, granularity)
    axes[0][0].set_ylabel("LDS (mean over prompts, 95 % interval)")
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def _draw_one(axis: Any, results: Results, granularity: Granularity) -> None:
    shown = results.best_and_default(granularity)
    free = [name for name in shown if not results.cost(granularity, name, Measure.PASSES)]
    priced = [name for name in shown if name not in free]
    costs = [results.cost(granularity, name, Measure.PASSES) for name in priced]
    for place, (name, cost) in enumerate(zip(priced, costs, strict=True)):
        beside = costs[:place].count(cost) - (costs.count(cost) - 1) / 2
        _draw_point(axis, name, results.lds(granularity, name), cost * APART**beside, place)
    for style, name in zip(LINES, free, strict=True):
        mean = results.lds(granularity, name).mean
        axis.axhline(mean, color="grey", linestyle=style, linewidth=1, label=f"{name} (free)")
    axis.set(xscale="log", xlabel="cost of one target in forward passes", title=f"by {granularity}")
    axis.xaxis.set_major_formatter("{x:g}")
    axis.grid(visible=True, alpha=0.3)
    axis.legend(fontsize="small", loc="best")


def _draw_point(axis: Any, name: Name, lds: Interval, cost: float, place: int) -> None:
    axis.errorbar(
        cost, lds.mean, yerr=[[lds.mean - lds.low], [lds.high - lds.mean]], capsize=3,
        color=COLOURS[place % len(COLOURS)], marker=SHAPES[place % len(SHAPES)], markersize=8, linestyle="none",
        label=str(name),
    )  # fmt: skip
