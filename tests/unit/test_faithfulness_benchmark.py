"""The faithfulness benchmark on a model that is known: log p(target) is a sum of what each unit adds."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks" / "faithfulness"))

from candidates import LIT, Candidate, Compared, Name
from measures import Measure, measured
from page import page
from questions import PromptSet
from results import Results, Row
from tables import plain, tables

from prompt_salience.attribution.aggregation import Aggregation
from prompt_salience.prompts.units import Granularity

UNITS = [(0, 10), (11, 20), (21, 40), (41, 44), (45, 60), (61, 70)]
COUNTS = np.array([3.0, 2.0, 8.0, 1.0, 4.0, 2.0])
ADDED = np.array([0.5, 4.0, 1.0, -0.3, 2.0, 0.1])
KNOWN = (12, 19)
TRUE, OPPOSITE = Name("true", Aggregation.SUM), Name("opposite", Aggregation.SUM, default=False)


@dataclass
class Additive:
    """What stands for a question and its model; ``known`` is the part that decides."""

    known: tuple[int, int] | None
    question: SimpleNamespace = field(init=False)

    def __post_init__(self) -> None:
        self.question = SimpleNamespace(known=self.known)

    def log_probs(self, units, kept):
        return kept @ ADDED - 9.0


def figures(known=KNOWN, seed=0):
    candidates = [
        Candidate(TRUE, ADDED, 0.2, 2),
        Candidate(OPPOSITE, -ADDED, 0.4, 6),
        Candidate(Name(LIT), ADDED**2, 0.2, 2),
    ]
    return measured(Compared(UNITS, COUNTS, candidates), Additive(known), np.random.default_rng(seed))


def results():
    rows = [Row(PromptSet.PLANTED, Granularity.LINE, one) for seed in range(5) for one in figures(seed=seed)]
    rows += [Row(PromptSet.SAMPLES, Granularity.LINE, one) for one in figures(known=None)]
    return Results(rows, seed=0)


def test_true_scores_are_perfect_and_their_opposites_are_not():
    true, opposite, _ = (one.figures for one in figures())
    assert true[Measure.LDS] == pytest.approx(1)
    assert opposite[Measure.LDS] == pytest.approx(-1)
    assert (true[Measure.RECALL_1], true[Measure.RECIPROCAL_RANK]) == (1, 1)
    assert (opposite[Measure.RECALL_1], opposite[Measure.RECIPROCAL_RANK]) == (0, 1 / 6)
    assert true[Measure.CURVE] > opposite[Measure.CURVE]


def test_a_drop_is_what_the_highest_units_added():
    true = figures()[0].figures
    assert [true[drop] for drop in (Measure.DROP_1, Measure.DROP_3, Measure.DROP_5)] == pytest.approx([4, 7, 7.6])


def test_where_nothing_is_known_nothing_is_found():
    assert Measure.RECALL_1 not in figures(known=None)[0].figures
    assert Measure.LDS in figures(known=None)[0].figures


def test_results_average_over_the_prompts_of_a_set_or_of_all():
    found = results()
    assert len(found.values(Granularity.LINE, TRUE, Measure.LDS)) == 6
    assert len(found.values(Granularity.LINE, TRUE, Measure.LDS, PromptSet.SAMPLES)) == 1
    assert found.interval(Granularity.LINE, TRUE, Measure.RECALL_1, PromptSet.SAMPLES) is None
    assert found.cost(Granularity.LINE, OPPOSITE, Measure.PASSES) == 6


def test_the_advantage_over_lit_is_taken_prompt_by_prompt():
    advantage = results().above_lit(Granularity.LINE, TRUE)
    lit = results().interval(Granularity.LINE, Name(LIT), Measure.LDS)
    assert advantage.mean == pytest.approx(1 - lit.mean)
    assert results().above_lit(Granularity.LINE, Name(LIT)).high == 0


def test_of_each_method_the_default_and_the_best_aggregation_are_shown():
    assert results().best_and_default(Granularity.LINE) == [TRUE, OPPOSITE, Name(LIT)]
    worse = Name("true", Aggregation.MEAN, default=False)
    assert renamed(OPPOSITE, worse).best_and_default(Granularity.LINE) == [TRUE, Name(LIT)]
    better = Name(LIT, Aggregation.MEAN, default=False)
    assert renamed(TRUE, better).best_and_default(Granularity.LINE) == [better, OPPOSITE, Name(LIT)]


def renamed(old, new):
    rows = [
        replace(row, measured=replace(row.measured, name=new)) if row.measured.name == old else row
        for row in results().rows
    ]
    return Results(rows, seed=0)


def test_tables_have_a_row_for_every_candidate_and_a_cell_for_every_column():
    written = tables(results())
    lines = [line for line in written.split("\n") if line.startswith("| ")]
    assert sum(line.startswith("| **true, sum** |") for line in lines) == 2
    assert len({line.count("|") for line in lines[:5]}) == 1
    assert "1.00 (1.00 to 1.00)" in written


def test_plain_data_says_what_each_number_is():
    entry = next(one for one in plain(results()) if one["measure"] == Measure.LDS and one["set"] == "planted")
    assert (entry["scores"], entry["aggregation"], entry["granularity"]) == ("true", "sum", "line")
    assert entry["mean"] == pytest.approx(1)


def test_the_page_says_what_was_asked_of_which_model():
    asked = [SimpleNamespace(prompt_set=PromptSet.PLANTED)] * 5 + [SimpleNamespace(prompt_set=PromptSet.SAMPLES)]
    written = page(results(), asked, "a model", "remove", "picture.png")
    assert "a model, 6 prompts" in written
    assert "**planted** (5)" in written
    assert "(picture.png)" in written
    assert "$" not in written
