"""Prompts whose cause is known: plans of the generator that made the embedded model's training texts, written out.

Decisions
- No prompt is one of the training's: the last dish is one that no training prompt ended with.
- A plan says what the model ought to answer, and which line of the prompt decides it. That line stands there once.
- Planted: the only example of the last case's kind carries a wrong phrase, and decides.
- Principle: the same mistake, but a principle about restrictions outweighs it, and decides.
- Distractors: one right example decides, among principles that change nothing and paragraphs that have nothing to do
  with the matter, of one to three sentences; the longest units of the prompt are among them.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "training"))

from principles import CLEAR, canonical_principles, draw_principles
from prompts import MenuPrompt, Plan, clean_recipe, draw_plan, draw_planted_plan, write_prompt

LABEL = "Recommendation"

IRRELEVANT = (
    "The restaurant opened twelve years ago.",
    "The kitchen closes at ten. Drinks are served until midnight.",
    "Tables by the window are the first to be taken.",
    "The menu is printed anew every month. Prices may change without notice. Service is included.",
    "On Sundays a small band plays in the garden, weather permitting, and the terrace stays open until late.",
    "The chef learned the trade in three countries, and still keeps a notebook of every dish ever served here.",
    "Large groups are asked to call ahead. There is a room for parties upstairs.",
    "Parking is behind the house.",
)


@dataclass(frozen=True)
class MenuQuestion:
    """A prompt, the recommendation that it should lead to, and the line of it that decides."""

    text: str
    recommendation: str
    decides: str


def planted(chooser: random.Random) -> MenuQuestion:
    """A prompt whose wrong example is followed."""
    return _question(write_prompt(draw_planted_plan(chooser)))


def principle(chooser: random.Random) -> MenuQuestion:
    """A prompt whose principle about restrictions overrules a wrong example."""
    plan = _drawn(draw_planted_plan, chooser, _restricts)
    prompt = write_prompt(replace(plan, principles=canonical_principles(short=True, clear=True)))
    return MenuQuestion(prompt.prompt, prompt.recommendation, f"{plan.wording.bullet}{CLEAR}")


def distractors(chooser: random.Random) -> MenuQuestion:
    """A prompt with a right example among much that does not matter."""
    recipe = replace(clean_recipe(), principle_share=0.0)
    plan = _drawn(lambda chooser: draw_plan(recipe, chooser), chooser, _has_one_example_of_its_kind)
    nothing_asked = draw_principles(chooser, share=0.0, distractor_share=1.0, varied=False)
    question = _question(write_prompt(replace(plan, principles=nothing_asked)))
    return replace(question, text=_with_irrelevant_paragraphs(question.text, chooser))


def _question(prompt: MenuPrompt) -> MenuQuestion:
    return MenuQuestion(prompt.prompt, prompt.recommendation, f"{LABEL}: {prompt.recommendation}")


def _drawn(draw: Callable[[random.Random], Plan], chooser: random.Random, fits: Callable[[Plan], bool]) -> Plan:
    while True:
        plan = draw(chooser)
        if fits(plan):
            return plan


def _restricts(plan: Plan) -> bool:
    return bool(plan.case.finding().restricts)


def _has_one_example_of_its_kind(plan: Plan) -> bool:
    kind = plan.case.finding().kind
    phrase = next((example.phrase for example in plan.examples if example.kind is kind), None)
    return [example.phrase for example in plan.examples].count(phrase or "") == 1


def _with_irrelevant_paragraphs(text: str, chooser: random.Random) -> str:
    """Two or three paragraphs put in anywhere before the last block."""
    paragraphs = text.split("\n\n")
    for paragraph in chooser.sample(IRRELEVANT, chooser.choice((2, 3))):
        paragraphs.insert(chooser.randrange(len(paragraphs)), paragraph)
    return "\n\n".join(paragraphs)
