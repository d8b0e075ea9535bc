"""The results as Markdown tables, and as plain data for JSON.

Decisions
- The default aggregation of a method is set in bold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from candidates import Name
from measures import Measure
from questions import PromptSet
from results import COSTS, Results

from prompt_salience.attribution.faithfulness.bootstrap import Interval
from prompt_salience.prompts.units import Granularity

POOLED = tuple(measure for measure in Measure if measure not in COSTS)
BY_SET = (Measure.RECALL_1, Measure.LDS)


def tables(results: Results) -> str:
    """For each granularity a table over all prompts, and one by prompt set."""
    parts = []
    for granularity in results.granularities():
        parts += [f"## By {granularity}", _table(_pooled(results, granularity))]
        parts += [f"### Set by set, by {granularity}", _table(_by_set(results, granularity))]
    return "\n\n".join(parts)


def _table(rows: Iterator[Sequence[str]]) -> str:
    heading = next(rows)
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _pooled(results: Results, granularity: Granularity) -> Iterator[Sequence[str]]:
    yield ["scores", *POOLED, "LDS above LIT's", "ms", "passes"]
    for name in results.names():
        figures = [_cell(results.interval(granularity, name, measure)) for measure in POOLED]
        yield [_label(name), *figures, _cell(results.above_lit(granularity, name)), *_costs(results, granularity, name)]


def _label(name: Name) -> str:
    return f"**{name}**" if name.aggregation and name.default else str(name)


def _costs(results: Results, granularity: Granularity, name: Name) -> list[str]:
    seconds, passes = (results.cost(granularity, name, measure) for measure in COSTS)
    return [f"{seconds * 1000:,.0f}", f"{passes:.0f}"]


def _by_set(results: Results, granularity: Granularity) -> Iterator[Sequence[str]]:
    columns = [
        (measure, prompt_set)
        for measure in BY_SET
        for prompt_set in PromptSet
        if results.interval(granularity, results.names()[0], measure, prompt_set)
    ]
    yield ["scores", *(f"{measure}, {prompt_set}" for measure, prompt_set in columns)]
    for name in results.names():
        yield [_label(name), *(_cell(results.interval(granularity, name, *column)) for column in columns)]


def _cell(interval: Interval | None) -> str:
    return f"{interval.mean:.2f} ({interval.low:.2f} to {interval.high:.2f})" if interval else ""


def plain(results: Results) -> list[dict[str, object]]:
    """Every mean with its interval, as JSON can hold it."""
    return [
        {
            "granularity": granularity,
            "scores": name.label,
            "aggregation": name.aggregation,
            "default": name.default,
            "set": prompt_set or "all",
            "measure": measure,
            "mean": interval.mean,
            "low": interval.low,
            "high": interval.high,
        }
        for granularity in results.granularities()
        for name in results.names()
        for prompt_set in (None, *PromptSet)
        for measure in Measure
        if (interval := results.interval(granularity, name, measure, prompt_set))
    ]
