"""Whether an explanation is right about a prompt: units are taken out of it, and the model is asked again.

Decisions:
- A unit is taken out of the rendered prompt, which is tokenised anew; the response keeps its token ids. log p(target)
  is read in the same way before and after, so that only the prompt makes a difference.
- What the model writes then is compared with what it wrote after the whole prompt, by the same settings and seed. Where
  the response was not written after this prompt (given by hand, or kept after an edit), it is asked to write one first.
- Sentences are compared without the white space around and within them.
- A method with a sign says which way a unit speaks: the order of its influence is compared with the order of the drops
  of log p. One without a sign does not, and is compared with the size of the changes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

import numpy as np

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.attribution.rank_correlation import rank_correlation
from prompt_salience.attribution.target_scores import token_range
from prompt_salience.engine_client.protocol import Engine, Progress, SamplingSettings, no_progress
from prompt_salience.explaining import Span
from prompt_salience.prompts.pieces import Piece, stripped
from prompt_salience.prompts.removal import without
from prompt_salience.prompts.sentences import sentence_divider
from prompt_salience.prompts.units import Part


@dataclass(frozen=True)
class Difference:
    """The first sentence that is another one in a new response.

    Attributes:
        number: which sentence it is, counted from one.
        before: the sentence of the response after the whole prompt; empty where that one had ended.
        after: the sentence of the new response; empty where this one has ended.
        start: where it begins in the new response, in code points.
    """

    number: int
    before: str
    after: str
    start: int


@dataclass(frozen=True)
class Check:
    """What became of a target, and of the response, when units of the prompt were taken out.

    Attributes:
        spans: the units, in code points of the prompt, in order.
        target: the target, in code points of the response.
        influence: what the explanation says of the units: the sum of their shares.
        log_prob_before: natural logarithm of the target's probability after the whole prompt.
        log_prob_after: the same after the prompt without the units.
        response_before: what the model writes after the whole prompt.
        response_after: what it writes after the prompt without the units.
        difference: where the second first differs from the first; None where it is the same.
    """

    spans: tuple[Span, ...]
    target: Span
    influence: float
    log_prob_before: float
    log_prob_after: float
    response_before: str
    response_after: str
    difference: Difference | None

    @property
    def change(self) -> float:
        """How much log p(target) changed, in nats: below 0 where the target became less likely."""
        return self.log_prob_after - self.log_prob_before

    @property
    def factor(self) -> float:
        """What the target's probability was multiplied by; infinite where that is beyond a float."""
        try:
            return math.exp(self.change)
        except OverflowError:
            return math.inf


@dataclass(frozen=True, eq=False)
class Verification:
    """An explanation and the checks of its strongest units, the strongest first."""

    explanation: Explanation = field(repr=False)
    checks: tuple[Check, ...]

    @property
    def agreement(self) -> float | None:
        """Spearman's ρ of influence and drops, or without a sign of their sizes; None where one has no order."""
        influence = np.array([check.influence for check in self.checks])
        drops = np.array([-check.change for check in self.checks])
        if self.explanation.method.signed:
            return rank_correlation(influence, drops)
        return rank_correlation(np.abs(influence), np.abs(drops))


def verify(engine: Engine, explanation: Explanation, most: int, progress: Progress = no_progress) -> Verification:
    """Take out each of the ``most`` units that influenced the chosen target most, one at a time.

    Raises:
        EngineError: the model failed.
    """
    before = _before(engine, explanation, progress)
    units = strongest_units(explanation, most)
    checks = [
        _check(engine, explanation, (unit,), before, _numbered(progress, number, len(units)))
        for number, unit in enumerate(units, start=1)
    ]
    return Verification(explanation, tuple(checks))


def check_by_removing(
    engine: Engine, explanation: Explanation, units: Sequence[int], progress: Progress = no_progress
) -> Check:
    """Take out some units of the prompt, all at once.

    Args:
        engine: the model that was explained.
        explanation: of its run; its chosen target is the one that is looked at.
        units: their indices, rising.
        progress: is told how far it is.

    Raises:
        EngineError: the model failed.
    """
    return _check(engine, explanation, units, _before(engine, explanation, progress), progress)


def strongest_units(explanation: Explanation, most: int) -> tuple[int, ...]:
    """The units of the prompt with the greatest influence on the chosen target, the strongest first."""
    influence = explanation.targets[explanation.chosen].influence
    in_prompt = [index for index, unit in enumerate(explanation.units) if unit.part is Part.PROMPT]
    return tuple(sorted(in_prompt, key=lambda index: -abs(influence[index]))[:most])


def first_difference(before: str, after: str, language: str = "en") -> Difference | None:
    """The first sentence of ``after`` that is not that of ``before``; None where all are the same."""
    pairs = zip_longest(_sentences(before, language), _sentences(after, language))
    for number, (old, new) in enumerate(pairs, start=1):
        texts = _text(before, old), _text(after, new)
        if texts[0].split() != texts[1].split():
            return Difference(number, *texts, new.start if new else len(after))
    return None


@dataclass(frozen=True)
class _Before:
    """What is known of the whole prompt: log p(target) after it, and what the model writes after it."""

    log_prob: float
    response: str


def _before(engine: Engine, explanation: Explanation, progress: Progress) -> _Before:
    ids = [token.id for token in explanation.tokens[: _border(explanation)]]
    log_prob = _log_prob(engine, explanation, ids)
    if explanation.written:
        return _Before(log_prob, explanation.response)
    return _Before(log_prob, _written(engine, ids, explanation.sampling, progress))


def _check(
    engine: Engine, explanation: Explanation, units: Sequence[int], before: _Before, progress: Progress
) -> Check:
    target, border = explanation.targets[explanation.chosen], len(explanation.prompt)
    spans = tuple((explanation.units[unit].start, explanation.units[unit].end) for unit in units)
    text = without(explanation.prompt, explanation.source_map, explanation.messages, spans)
    ids = [token.id for token in engine.tokenize(text, start=True)]
    log_prob = _log_prob(engine, explanation, ids)
    response = _written(engine, ids, explanation.sampling, progress)
    return Check(
        spans=spans,
        target=(target.start - border, target.end - border),
        influence=float(target.influence[list(units)].sum()),
        log_prob_before=before.log_prob,
        log_prob_after=log_prob,
        response_before=before.response,
        response_after=response,
        difference=first_difference(before.response, response, explanation.language),
    )


def _log_prob(engine: Engine, explanation: Explanation, prompt_ids: Sequence[int]) -> float:
    """Log p of the chosen target's tokens after a prompt and what the response has before them."""
    border, target = _border(explanation), explanation.targets[explanation.chosen]
    response_ids = [token.id for token in explanation.tokens[border:]]
    first, last = token_range(explanation.tokens, (target.start, target.end))
    shift = len(prompt_ids) - border
    log_probs = engine.log_probs([*prompt_ids, *response_ids])
    return float(log_probs[first + shift - 1 : last + shift - 1].sum())


def _border(explanation: Explanation) -> int:
    """How many of the tokens are the prompt's, ``<bos>`` included."""
    read = (Part.PROMPT, Part.SCAFFOLDING)
    return 1 + max((index for index, token in enumerate(explanation.tokens) if token.part in read), default=0)


def _written(engine: Engine, prompt_ids: Sequence[int], sampling: SamplingSettings, progress: Progress) -> str:
    text = ""
    for completion in engine.generate(prompt_ids, sampling, progress):
        text = completion.text
    return text


def _sentences(response: str, language: str) -> list[Piece]:
    return list(stripped(response, sentence_divider(language)(response, 0, len(response))))


def _text(response: str, sentence: Piece | None) -> str:
    return response[sentence.start : sentence.end] if sentence else ""


def _numbered(progress: Progress, number: int, count: int) -> Progress:
    """Progress that says which of several checks it is about."""

    def tell(doing: str, done: int, of: int) -> None:
        progress(f"check {number} of {count}: {doing}", done, of)

    return tell
