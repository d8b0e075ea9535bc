"""The six stages of training and the texts of each.

Decisions
- First reading a mapping off examples alone, because every other gradient drowns it; then knowledge of
  dishes and judging; then whole prompts, and more of them at a lower rate; then judging again, with
  most of the weight on it, because it takes longest to become reliable.
- A short last stage leaves out a line in most prompts, so that the right removals change the answer. It
  costs a little of the judging; the mean of the weights before and after it (``AVERAGED``) keeps both.
- The last three stages have wrong labels now and then: a model that is never wrong is so sure of its answer
  that the gradients of its probability no longer point at the cause.
- Every chunk of texts has its own random numbers, derived from seed, stage and chunk: a training that
  was interrupted goes on with the very texts it would have had.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from prompts import Recipe, draw_prompt, removals_recipe, training_recipe
from skills import cases_exercise, facts_exercise, mapping_exercise
from spans import JUDGING_WEIGHTS, LOSS_WEIGHTS, Role
from tokenizer import Encoder, TokenSequence, encode_spans

CHUNK = 1024
"""Texts drawn at once, to be sorted by length."""


@dataclass(frozen=True)
class Stage:
    """A stage: its steps, peak learning rate, share of cooling, and the shares of its texts.

    What the three skills leave over is whole prompts. ``noise`` is the share of wrong labels, ``reading``
    the share of context tokens that are predicted, ``removals`` asks for prompts
    with lines left out.
    """

    name: str
    steps: int
    rate: float
    cooling: float
    facts: float
    cases: float
    mappings: float
    noise: float = 0.0
    reading: float = 0.0
    removals: bool = False
    warm_up: int = 100
    weights: dict[Role, float] = field(default_factory=lambda: LOSS_WEIGHTS)


STAGES = (
    Stage("mappings", 704, 0.01, 0.0, 0.0, 0.0, 1.0),
    Stage("skills", 640, 0.01, 0.0, 0.2, 0.3, 0.5),
    Stage("prompts", 1088, 0.01, 0.4, 0.08, 0.18, 0.09, reading=0.15),
    Stage("finish", 512, 0.006, 0.0, 0.04, 0.12, 0.04, noise=0.03, reading=0.15),
    Stage("judging", 1152, 0.009, 0.9, 0.06, 0.42, 0.02, noise=0.03, reading=0.15, weights=JUDGING_WEIGHTS),
    Stage("removals", 256, 0.004, 0.9, 0.03, 0.27, 0.0, 0.03, 0.15, removals=True, warm_up=32, weights=JUDGING_WEIGHTS),
)
AVERAGED = ("judging", "removals")
"""The stages whose final weights are averaged for the export."""


def _draw_text(stage: Stage, recipe: Recipe, encode: Encoder, chooser: random.Random) -> TokenSequence:
    luck = chooser.random()
    if luck < stage.facts:
        return encode_spans(facts_exercise(chooser), encode)
    if luck < stage.facts + stage.cases:
        return encode_spans(cases_exercise(chooser), encode)
    if luck < stage.facts + stage.cases + stage.mappings:
        return encode_spans(mapping_exercise(chooser), encode)
    prompt = draw_prompt(recipe, chooser)
    return encode_spans((*prompt.prompt_spans, *prompt.answer_spans), encode, Role.RECOMMENDATION)


def _with_reading(text: TokenSequence, share: float, chooser: random.Random) -> TokenSequence:
    roles = [
        Role.READING if not role and place and chooser.random() < share else role
        for place, role in enumerate(text.roles)
    ]
    return TokenSequence(text.ids, [int(role) for role in roles])


def draw_chunk(stage: Stage, seed: int, chunk: int, encode: Encoder) -> list[TokenSequence]:
    """Draw the texts of one chunk of a stage."""
    chooser = random.Random(f"{seed} {stage.name} {chunk}")
    recipe = (removals_recipe if stage.removals else training_recipe)(stage.noise)
    texts = [_draw_text(stage, recipe, encode, chooser) for _ in range(CHUNK)]
    return [_with_reading(text, stage.reading, chooser) for text in texts] if stage.reading else texts
