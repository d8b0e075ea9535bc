"""What is compared: every method, with every aggregation of its token scores, and the baselines.

Decisions
- Methods that ablate score units, so that there is nothing to aggregate. They leave units out in the way in which they
  are measured, and draw other masks.
- A method is asked through the same door as everywhere, for all targets of the response at once, and timed alone: what
  the engine remembers of the sequence is driven out before.
- Passes are what the method is said to cost before it runs, for one target; the time is that of all targets.
- Baselines cost nothing, but for LIT's definition, which costs what grad_l2 costs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from questions import Question

from prompt_salience.attribution.ablation.settings import AblationSettings, Operator
from prompt_salience.attribution.aggregation import Aggregation, inked_spans, unit_scores
from prompt_salience.attribution.cost import cost
from prompt_salience.attribution.explanation import Explanation, TargetScores
from prompt_salience.attribution.faithfulness.baselines import (
    length_scores,
    lit_scores,
    position_scores,
    random_scores,
)
from prompt_salience.attribution.unit_influence import unit_influence
from prompt_salience.engine_client.protocol import Engine, Method
from prompt_salience.explaining import Settings, Span, explain_run
from prompt_salience.prompts.units import Granularity, Part

LIT = "LIT's definition"


@dataclass(frozen=True, slots=True)
class Name:
    """What is compared.

    ``aggregation`` is None where there is no choice; ``default`` says whether it is what the method takes by itself.
    """

    label: str
    aggregation: Aggregation | None = None
    default: bool = True

    def __str__(self) -> str:
        return f"{self.label}, {self.aggregation}" if self.aggregation else self.label


@dataclass(frozen=True, eq=False)
class Candidate:
    """Scores of the prompt's units, shape (units,), and their cost: seconds, and forward passes or as much work."""

    name: Name
    scores: NDArray[np.float64]
    seconds: float = 0.0
    passes: int = 0


@dataclass(frozen=True, eq=False)
class Compared:
    """All candidates for one question at one granularity; ``units`` are those of the prompt."""

    units: list[Span]
    token_counts: NDArray[np.float64]
    candidates: list[Candidate]


def compared(
    engine: Engine,
    question: Question,
    granularity: Granularity,
    methods: Sequence[Method],
    operator: Operator,
    random: np.random.Generator,
) -> Compared:
    """Ask all methods one question."""
    ablation = AblationSettings(operator)
    asked = [
        _asked(engine, question, Settings(method, granularity, target_span=question.target, ablation=ablation))
        for method in methods
    ]
    explanation = asked[0].explanation
    units = _prompt_units(explanation)
    counts = _token_counts(explanation, units)
    candidates = [candidate for answer in asked for candidate in _by_aggregation(answer)]
    return Compared(units, counts, [*candidates, *_baselines(asked, counts, random)])


@dataclass(frozen=True, eq=False)
class _Asked:
    explanation: Explanation
    seconds: float
    passes: int

    @property
    def target(self) -> TargetScores:
        return self.explanation.targets[self.explanation.chosen]


def _asked(engine: Engine, question: Question, settings: Settings) -> _Asked:
    ids = [token.id for token in (*question.run.prompt_tokens, *question.run.completion.tokens)]
    _forget(engine, ids)
    started = time.perf_counter()
    explanation = explain_run(engine, question.run, settings)
    seconds = time.perf_counter() - started
    passes = cost(settings.method, 1, len(_prompt_units(explanation)), settings.ablation).passes
    return _Asked(explanation, seconds, passes)


def _forget(engine: Engine, token_ids: Sequence[int]) -> None:
    """Have the engine read another sequence, so that it remembers nothing of this one."""
    engine.log_probs(token_ids[:2])


def _by_aggregation(asked: _Asked) -> Iterator[Candidate]:
    explanation = asked.explanation
    if explanation.method.ablates:
        scores = asked.target.unit_scores[: len(_prompt_units(explanation))]
        yield Candidate(Name(explanation.method), scores, asked.seconds, asked.passes)
        return
    for aggregation in Aggregation:
        found = unit_influence(
            explanation.text, explanation.tokens, asked.target.token_scores[np.newaxis], explanation.units, aggregation
        )
        scores = found.scores[0, : len(_prompt_units(explanation))]
        name = Name(explanation.method, aggregation, explanation.aggregation is aggregation)
        yield Candidate(name, scores, asked.seconds, asked.passes)


def _baselines(
    asked: Sequence[_Asked], token_counts: NDArray[np.float64], random: np.random.Generator
) -> Iterator[Candidate]:
    for answer in asked:
        if answer.explanation.method is Method.GRAD_L2:
            yield _lit(answer)
    yield Candidate(Name("length"), length_scores(token_counts))
    yield Candidate(Name("position"), position_scores(len(token_counts)))
    yield Candidate(Name("random"), random_scores(len(token_counts), random))


def _lit(grad_l2: _Asked) -> Candidate:
    sums = next(
        candidate.scores for candidate in _by_aggregation(grad_l2) if candidate.name.aggregation is Aggregation.SUM
    )
    scores = lit_scores(sums, float(grad_l2.target.token_scores[0]))
    return Candidate(Name(LIT), scores, grad_l2.seconds, grad_l2.passes)


def _prompt_units(explanation: Explanation) -> list[Span]:
    return [(unit.start, unit.end) for unit in explanation.units if unit.part is Part.PROMPT]


def _token_counts(explanation: Explanation, units: Sequence[Span]) -> NDArray[np.float64]:
    """Tokens of each unit; one that is shared counts as the fraction that is shared."""
    spans = inked_spans(explanation.text, [(token.start, token.end) for token in explanation.tokens])
    return unit_scores(np.ones(len(spans)), spans, units, Aggregation.SUM)
