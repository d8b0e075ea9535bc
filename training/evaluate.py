"""Evaluate the shipped preset: ``python training/evaluate.py [--json]``.

Decisions
- What is evaluated is the preset folder; checkpoints are not looked at.
- The final dish of every prompt is one that no training prompt ended with; mappings are drawn anew.
- A recommendation is right if it is the gold phrase to the letter. An analysis is right if it names an
  ingredient (or quality) of the dish that the guest really avoids or likes, with the right attitude.
- Influence is measured on prompts with one planted wrong example, at the recommendation line's phrase.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import walkthrough
from analyses import attitude
from cases import Case, Kind
from gemma_preset import load_preset, read_backbone, shape_of
from influence import Question, gradient_scores, rank_of, removal_losses
from phrases import PHRASES, UNSUITABLE
from principles import CLEAR, canonical_principles
from prompt_salience.embedded import embedded_model_path
from prompts import (
    MenuPrompt,
    Recipe,
    clean_recipe,
    draw_planted_plan,
    draw_prompt,
    mixed_recipe,
    varied_recipe,
    write_prompt,
)
from scoring import Model
from spans import Role
from tokenizer import load_tokenizer

SEED = 20_000
Figures = dict[str, float]


@dataclass(frozen=True)
class Judged:
    """A prompt with the model's answer, taken apart."""

    prompt: MenuPrompt
    answer: str

    @property
    def parts(self) -> tuple[str, str]:
        """Return analysis and recommendation as the model wrote them; empty where there is none."""
        label = self.prompt.plan.wording.labels.recommendation
        analysis, _, recommendation = self.answer.partition(f"\n{label}:")
        return analysis.strip(), recommendation.strip()

    @property
    def recommends_right(self) -> bool:
        """Return whether the recommendation is the gold one."""
        return self.parts[1] == self.prompt.recommendation

    @property
    def analyses_right(self) -> bool:
        """Return whether the analysis says something true and decisive about the case."""
        case = self.prompt.plan.case
        finding = case.finding()
        if finding.kind is Kind.NEITHER:
            return "nothing" in self.parts[0]
        named = any(f" {subject}," in self.parts[0] for subject in right_subjects(case))
        return named and self.parts[0].endswith(f"{attitude(finding)}.")


def right_subjects(case: Case) -> set[str]:
    """Return what an analysis of the case may name."""
    if case.finding().kind is Kind.CONFLICT:
        return set(case.dish.ingredients) & (case.avoids.ingredients if case.avoids else frozenset())
    liked = case.likes.ingredients if case.likes else frozenset()
    return (set(case.dish.ingredients) & liked) | ({case.matched_quality()} - {""})


def load_model(folder: Path) -> Model:
    """Load the preset's weights and tokenizer."""
    backbone = load_preset(folder).backbone
    shape = shape_of(backbone)
    pieces = load_tokenizer(folder / "assets" / "tokenizer" / "vocabulary.spm")
    return Model(read_backbone(backbone, shape), shape, pieces)


def judge(model: Model, prompts: Sequence[MenuPrompt]) -> list[Judged]:
    """Let the model answer the prompts."""
    same = model.matches([prompt.prompt for prompt in prompts], [prompt.answer for prompt in prompts])
    others = [prompt.prompt for prompt, right in zip(prompts, same, strict=True) if not right]
    answers = iter(model.answer(others))
    return [Judged(p, p.answer if right else next(answers)) for p, right in zip(prompts, same, strict=True)]


def _share(values: Iterable[bool]) -> float:
    listed = list(values)
    return round(float(np.mean(listed)), 4) if listed else float("nan")


def accuracy(judged: Sequence[Judged]) -> Figures:
    """Return count and shares of right recommendations and analyses."""
    naming = [one for one in judged if one.prompt.plan.case.finding().kind is not Kind.NEITHER]
    return {
        "prompts": len(judged),
        "recommendation": _share(one.recommends_right for one in judged),
        "analysis": _share(one.analyses_right for one in judged),
        "names a right ingredient": _share(one.analyses_right for one in naming),
    }


def _is_made_up(prompt: MenuPrompt) -> bool:
    return prompt.source is Role.MAPPED_CHOICE and prompt.recommendation not in (*PHRASES, UNSUITABLE)


def _subsets(name: str, judged: Sequence[Judged]) -> dict[str, Figures]:
    tests: dict[str, Callable[[MenuPrompt], bool]] = {
        "with principles": lambda prompt: prompt.plan.short,
        "without principles": lambda prompt: not prompt.plan.short,
        "mapping shown": lambda prompt: prompt.source is Role.MAPPED_CHOICE,
        "kind missing": lambda prompt: prompt.source is Role.FALLBACK_CHOICE,
        "restriction under the principle": lambda prompt: prompt.source is Role.PRINCIPLE_CHOICE,
        "made-up phrase": _is_made_up,
        "2 examples": lambda prompt: len(prompt.plan.examples) == 2,
        "5 examples": lambda prompt: len(prompt.plan.examples) == 5,
    }
    chosen = {key: [one for one in judged if test(one.prompt)] for key, test in tests.items()}
    return {f"{name}: {key}": accuracy(part) for key, part in chosen.items() if part}


def evaluate_accuracy(model: Model, name: str, recipe: Recipe, count: int) -> dict[str, Figures]:
    """Return the figures of a recipe's prompts, and of subsets of them."""
    chooser = random.Random(f"{SEED} {name}")
    judged = judge(model, [draw_prompt(recipe, chooser) for _ in range(count)])
    return {name: accuracy(judged), **_subsets(name, judged)}


def _question(judged: Judged) -> Question:
    analysis, recommendation = judged.parts
    label = judged.prompt.plan.wording.labels.recommendation
    return Question(judged.prompt.prompt, f" {analysis}\n{label}:", f" {recommendation}")


def _planted_line(prompt: MenuPrompt) -> int:
    label = prompt.plan.wording.labels.recommendation
    return prompt.prompt.split("\n").index(f"{label}: {prompt.recommendation}")


def _ranks(model: Model, questions: Sequence[Question], lines: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    gradients, losses = gradient_scores(model, questions), removal_losses(model, questions)
    by_gradient = np.array([rank_of(scores, line) for scores, line in zip(gradients, lines, strict=True)])
    by_removal = np.array([rank_of(scores, line) for scores, line in zip(losses, lines, strict=True)])
    return by_gradient, by_removal


def _rank_figures(by_gradient: np.ndarray, by_removal: np.ndarray) -> Figures:
    return {
        "first by grad_l2": _share(by_gradient == 1),
        "among three by grad_l2": _share(by_gradient <= 3),
        "first by removal": _share(by_removal == 1),
        "among three by removal": _share(by_removal <= 3),
    }


def evaluate_planted(model: Model, count: int) -> Figures:
    """Return how often the model follows a planted wrong example, and how that line ranks where it does."""
    chooser = random.Random(f"{SEED} planted")
    judged = judge(model, [write_prompt(draw_planted_plan(chooser)) for _ in range(count)])
    following = [one for one in judged if one.recommends_right]
    lines = [_planted_line(one.prompt) for one in following]
    ranks = _ranks(model, [_question(one) for one in following], lines)
    return {"prompts": count, "recommendation": _share(one.recommends_right for one in judged), **_rank_figures(*ranks)}


def evaluate_principle(model: Model, count: int) -> Figures:
    """Return how the principle about restrictions ranks where it decides the recommendation."""
    chooser = random.Random(f"{SEED} principle")
    plans = [draw_planted_plan(chooser) for _ in range(4 * count)]
    plans = [plan for plan in plans if plan.case.finding().restricts][:count]
    principles = canonical_principles(short=True, clear=True)
    judged = judge(model, [write_prompt(replace(plan, principles=principles)) for plan in plans])
    right = [one for one in judged if one.recommends_right]
    lines = [one.prompt.prompt.split("\n").index(f"- {CLEAR}") for one in right]
    ranks = _ranks(model, [_question(one) for one in right], lines)
    return {
        "prompts": len(plans),
        "recommendation": _share(one.recommends_right for one in judged),
        **_rank_figures(*ranks),
    }


def evaluate_walkthrough(model: Model) -> dict[str, dict[str, object]]:
    """Return answers and the five most influential lines of the walkthrough's prompts."""
    found: dict[str, dict[str, object]] = {}
    for (name, prompt), answer in zip(
        walkthrough.STEPS.items(), model.answer(list(walkthrough.STEPS.values())), strict=True
    ):
        analysis, _, recommendation = answer.partition("\nRecommendation:")
        question = Question(prompt, f"{analysis}\nRecommendation:", recommendation)
        found[name] = {"answer": answer, "right": recommendation.strip() == walkthrough.EXPECTED[name]}
        for measure, compute in (("grad_l2", gradient_scores), ("removal", removal_losses)):
            scores = compute(model, [question])[0]
            best = np.argsort(-scores)[:5]
            found[name][measure] = [[question.lines[line], round(float(scores[line]), 3)] for line in best]
    return found


def evaluate(model: Model, count: int) -> dict[str, dict[str, object]]:
    """Return all figures; ``count`` prompts in each of the large sets, half as many for influence."""
    figures: dict[str, dict[str, object]] = {}
    for name, recipe in (("clean", clean_recipe()), ("mixed", mixed_recipe()), ("varied", varied_recipe())):
        figures |= evaluate_accuracy(model, name, recipe, count)  # type: ignore[arg-type]
    figures["planted wrong example"] = dict(evaluate_planted(model, count // 2))
    figures["deciding principle"] = dict(evaluate_principle(model, count // 4))
    return figures | evaluate_walkthrough(model)


def table(figures: dict[str, dict[str, object]]) -> str:
    """Return the figures as a Markdown list of rows."""
    rows = [f"| {name} | " + ", ".join(f"{k}: {v}" for k, v in row.items()) + " |" for name, row in figures.items()]
    return "\n".join(["| set | figures |", "| --- | --- |", *rows])


def main() -> None:
    """Evaluate and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", type=Path, default=embedded_model_path(), help="folder of the preset")
    parser.add_argument("--prompts", type=int, default=600, help="prompts in each large set")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args()
    figures = evaluate(load_model(arguments.preset), arguments.prompts)
    print(json.dumps(figures, indent=2) if arguments.json else table(figures))


if __name__ == "__main__":
    main()
