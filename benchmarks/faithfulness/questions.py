"""What methods are asked: runs with a target each, and the parts of their prompts that are known to have decided.

Decisions
- The response is the model's own, greedy. The target is the line of it that recommends.
- A prompt counts only where the model answers as its plan says: otherwise nobody knows what made the answer. More are
  drawn until there are enough, but no more than five times as many, so that a model that knows nothing comes to an end.
- Each set has its own random numbers: sets do not change with each other's sizes.
- The samples are asked about too, with all their values; what made their answers counts as unknown.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path

from menu_prompts import LABEL, MenuQuestion, distractors, planted, principle

from prompt_salience.completing import Filled, Run, complete
from prompt_salience.engine_client.protocol import Engine, SamplingSettings
from prompt_salience.explaining import Span
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.rendered import RenderedPrompt
from prompt_salience.prompts.rendering import render
from prompt_salience.prompts.units import Division, Granularity, Part, divide
from prompt_salience.template_files import parsed_template, read_template

SAMPLES = Path(__file__).parents[2] / "samples" / "menu"
SAMPLING = SamplingSettings(max_new_tokens=64, stop_strings=("\n\n",))
DRAWS_PER_QUESTION = 5
SEED = 40_000
"""Training and its evaluation draw from other seeds."""


class PromptSet(StrEnum):
    """Where a prompt comes from."""

    PLANTED = "planted"
    PRINCIPLE = "principle"
    DISTRACTORS = "distractors"
    SAMPLES = "samples"


DRAW: dict[PromptSet, Callable[[random.Random], MenuQuestion]] = {
    PromptSet.PLANTED: planted,
    PromptSet.PRINCIPLE: principle,
    PromptSet.DISTRACTORS: distractors,
}


@dataclass(frozen=True)
class Question:
    """What made the target?

    Attributes:
        prompt_set: where the prompt comes from.
        run: the prompt and the model's response.
        target: the line that recommends, code points of the response.
        known: the part of the prompt that decided, code points; None where it is not known.
    """

    prompt_set: PromptSet
    run: Run
    target: Span
    known: Span | None

    def units(self, granularity: Granularity) -> tuple[Span, ...]:
        """The units of the prompt, code points."""
        prompt, response = self.run.prompt, self.run.completion.text
        units = divide(Division(prompt.text, response, prompt.source_map, prompt.messages), granularity)
        return tuple((unit.start, unit.end) for unit in units if unit.part is Part.PROMPT)


def questions(engine: Engine, count: int, seed: int) -> Iterator[Question]:
    """About ``count`` questions with a known answer, evenly from the three sets, and those of the samples."""
    for index, prompt_set in enumerate(DRAW):
        share = (count + index) // len(DRAW)
        yield from islice(_answered(engine, prompt_set, share * DRAWS_PER_QUESTION, seed), share)
    yield from _sample_questions(engine)


def _answered(engine: Engine, prompt_set: PromptSet, draws: int, seed: int) -> Iterator[Question]:
    chooser = random.Random(f"{SEED + seed} {prompt_set}")
    for _ in range(draws):
        drawn = DRAW[prompt_set](chooser)
        run = complete(engine, Filled(rendered(drawn.text)), SAMPLING)
        target = recommendation_line(run.completion.text)
        if target and run.completion.text[slice(*target)] == f"{LABEL}: {drawn.recommendation}":
            yield Question(prompt_set, run, target, line_in(drawn.text, drawn.decides))


def _sample_questions(engine: Engine) -> Iterator[Question]:
    for path in sorted(SAMPLES.glob("*.j2")):
        file = read_template(str(path))
        for case in file.template.cases:
            run = complete(engine, Filled(render(file.template, case.name), case.name), SAMPLING)
            target = recommendation_line(run.completion.text)
            if target:
                yield Question(PromptSet.SAMPLES, run, target, None)


def rendered(text: str) -> RenderedPrompt:
    """A prompt that is nothing but text."""
    return render(parsed_template(Document("prompt.txt", text)).template)


def recommendation_line(response: str) -> Span | None:
    """The first line of a response that recommends, without the white space around it."""
    start = response.find(f"{LABEL}:")
    if start < 0:
        return None
    return start, start + len(response[start:].partition("\n")[0].rstrip())


def line_in(text: str, line: str) -> Span:
    """Where a line stands in a text.

    Raises:
        ValueError: it does not stand there exactly once.
    """
    if text.split("\n").count(line) != 1:
        message = f"The line {line!r} does not stand exactly once in a prompt."
        raise ValueError(message)
    start = f"\n{text}\n".index(f"\n{line}\n")
    return start, start + len(line)
