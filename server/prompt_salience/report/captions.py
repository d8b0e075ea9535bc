"""What a picture says in words: the target, the method, the model, and how the response ended."""

from __future__ import annotations

import math

from prompt_salience.attribution.ablation.record import Ablation
from prompt_salience.attribution.explanation import Explanation, TargetScores
from prompt_salience.engine_client.protocol import StopReason
from prompt_salience.prompts.source_map import OriginKind, Place
from prompt_salience.prompts.units import Granularity, Part
from prompt_salience.report.layout import clipped

ENDINGS = {
    StopReason.END_OF_TEXT: "ended by the model",
    StopReason.STOP_STRING: "ended at a stop string",
    StopReason.TOKEN_BUDGET: "cut off at the budget of tokens",
    StopReason.CONTEXT_FULL: "cut off where the model's context is full",
    StopReason.CANCELLED: "cancelled",
    StopReason.GIVEN: "given by hand",
}
_SMALLEST_FULL_PROBABILITY = 0.0005
_CONTRAST_WIDTH = 60


def ending(explanation: Explanation) -> str:
    """How long the response is and why it ended: ``24 tokens, ended by the model``."""
    count = sum(token.part is Part.RESPONSE for token in explanation.tokens)
    return f"{count:,} {'token' if count == 1 else 'tokens'}, {ENDINGS[explanation.stop_reason]}"


def source(explanation: Explanation) -> str:
    """The file and case that the prompt was rendered from, as far as they are known."""
    case = f"case {explanation.case}" if explanation.case else ""
    return ", ".join(part for part in (source_path(explanation), case) if part)


def source_path(explanation: Explanation) -> str:
    """The file of the template, or of the first piece of the prompt where there is no template; empty if unknown."""
    origins = [segment.origin for segment in explanation.source_map.segments]
    of_template = [origin.place for origin in origins if origin.kind is OriginKind.TEMPLATE]
    places = [*of_template, *(origin.place for origin in origins)]
    return next((place.path for place in places if place), "")


def target(explanation: Explanation) -> str:
    """Which part of the response the picture explains, and how probable the model found it."""
    chosen = explanation.targets[explanation.chosen]
    name = target_name(explanation, explanation.chosen)
    return f"{name}{':' if chosen.contrast else ','} {likelihood(chosen)}"


def likelihood(found: TargetScores) -> str:
    """How probable the model found a target, or how much likelier than the text that it is contrasted with."""
    return _odds(found.log_prob) if found.contrast else probability(found.log_prob)


def _odds(difference: float) -> str:
    """How much likelier one text is than another, by the difference of their log-probabilities."""
    word = "more" if difference >= 0 else "less"
    return f"{abs(difference):.2f} nats {word} likely"


def target_name(explanation: Explanation, index: int) -> str:
    """What a target is called: ``sentence 2 of the response``, perhaps with what it is contrasted with."""
    contrast = explanation.targets[index].contrast
    if contrast:
        name = _plain_name(explanation, _plain(explanation, index))
        return f"{name}, rather than {clipped(contrast, _CONTRAST_WIDTH)!r}"
    return _plain_name(explanation, index)


def _plain(explanation: Explanation, index: int) -> int:
    """The target that stands where a contrasted one does."""
    spans = [(found.start, found.end) for found in explanation.targets]
    return spans.index(spans[index])


def _plain_name(explanation: Explanation, index: int) -> str:
    if index == 0:
        return "the whole response"
    if index <= len(response_units(explanation)):
        return f"{unit_noun(explanation)} {index} of the response"
    return "the marked text of the response"


def probability(log_prob: float) -> str:
    """A log-probability, and where it is not vanishing the probability too; what is not certain never reads as 1."""
    value, logarithm = f"{math.exp(log_prob):.1%}", f"{log_prob:.2f}"
    if log_prob < 0:
        value = "above 99.9%" if value == "100.0%" else value
        logarithm = "above -0.01" if logarithm == "-0.00" else logarithm
    shown = f" ({value})" if math.exp(log_prob) >= _SMALLEST_FULL_PROBABILITY else ""
    return f"log-probability {logarithm}{shown}"


def method(explanation: Explanation) -> str:
    """The method and how token scores became unit scores: ``grad_l2, sum over the tokens of each sentence``.

    Of a method that ablates what was done, and how often: ``lime, sentences left out by mask, 65 forward passes``.
    """
    if explanation.ablation:
        return f"{explanation.method}, {unit_noun(explanation)}s left out by {_passes(explanation.ablation)}"
    if explanation.granularity is Granularity.TOKEN:
        return explanation.method.value
    summed = f"{explanation.method}, {explanation.aggregation} over the tokens of each {unit_noun(explanation)}"
    residual = explanation.targets[explanation.chosen].residual
    return summed if residual is None else f"{summed}, complete but for {residual:.1%}"


def _passes(ablation: Ablation) -> str:
    count = ablation.forward_passes
    passes = f"{ablation.settings.operator}, {count:,} forward {'pass' if count == 1 else 'passes'}"
    return passes if ablation.complete else f"{passes}, {len(ablation.masks):,} of {ablation.planned:,} masks"


def unit_noun(explanation: Explanation) -> str:
    """What one unit is called."""
    return "piece" if explanation.granularity is Granularity.PATTERN else explanation.granularity.value


def model(explanation: Explanation) -> str:
    """The model's name, family, size and number type."""
    info = explanation.model
    return f"{info.name}: {info.family}, {count_in_words(info.parameters)} parameters, {info.dtype}"


def count_in_words(count: int) -> str:
    """A large count as people say it: ``2.7 million``."""
    for size, name in ((10**9, "billion"), (10**6, "million")):
        if count >= size:
            return f"{count / size:.3g} {name}"
    return f"{count:,}"


def response_units(explanation: Explanation) -> tuple[int, ...]:
    """Indices of the units of the response, in order."""
    return tuple(index for index, unit in enumerate(explanation.units) if unit.part is Part.RESPONSE)


def place_of(explanation: Explanation, offset: int) -> tuple[str, str]:
    """Where a character of the prompt stands: ``("menu.j2", ":23:14")``; what is not known is empty."""
    place = explanation.source_map.within(offset, offset + 1)[0].origin.place
    return (place.path, _line_and_column(explanation, place)) if place else ("", "")


def _line_and_column(explanation: Explanation, place: Place) -> str:
    document = explanation.documents.get(place.path)
    if document is None:
        return ""
    line, column = document.line_and_column(place.start)
    return f":{line}:{column}"
