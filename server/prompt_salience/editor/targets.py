"""The part of the response that is being explained: choosing another one, and what it is called.

Decisions:
- A target with a contrast is another one than the plain target in the same place: neither is taken for the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.editor.markdown import shortened
from prompt_salience.editor.snapshot import Explained
from prompt_salience.explaining import Settings, Span, retargeted
from prompt_salience.report.captions import response_units

WHOLE = "whole response"
NAME_WIDTH = 40
CONTRASTED_NAME_WIDTH = 24


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to have explained.

    Attributes:
        span: the target in code points of the response, blanks at its ends not counted; None for the whole response.
        contrast: the text rather than which it stands there, without blanks around it; empty for the plain target.
    """

    span: Span | None = None
    contrast: str = ""


def with_target(explained: Explained, wanted: Wanted) -> Explained | None:
    """The same explanation with another chosen target, or None where that one was not scored: the engine must be asked.

    What a method that ablates has measured answers for every target that is plain.
    """
    explanation = explained.explanation
    index = 0 if wanted == Wanted() else _scored(explanation, wanted)
    if index is not None:
        return replace(explained, explanation=replace(explanation, chosen=index))
    span = wanted.span
    if explanation.ablation is None or wanted.contrast or span is None or not _has_text(explanation.response, span):
        return None
    return replace(explained, explanation=retargeted(explanation, Settings(target_span=span)))


def chosen_span(explanation: Explanation) -> Span:
    """The target that is explained now, in code points of the response."""
    return _span(explanation, explanation.chosen)


def chosen_part(explanation: Explanation) -> Span | None:
    """The part of the response that is explained now; None for the whole."""
    return None if explanation.of_whole else chosen_span(explanation)


def chosen_contrast(explanation: Explanation) -> str:
    """The text rather than which the chosen target stands there; empty where that was not asked."""
    return explanation.targets[explanation.chosen].contrast


def wanted_now(explanation: Explanation) -> Wanted:
    """What is to be asked for to have the same explained again."""
    return Wanted(chosen_part(explanation), chosen_contrast(explanation))


def part_spans(explanation: Explanation) -> tuple[Span, ...]:
    """The units of the response, in order, in code points of the response."""
    border = len(explanation.prompt)
    units = (explanation.units[index] for index in response_units(explanation))
    return tuple((unit.start - border, unit.end - border) for unit in units)


def target_name(explanation: Explanation) -> str:
    """What the chosen target is called: ``whole response``, or its text between quotes, shortened.

    A contrast is named after it: ``"Go for it." rather than "Avoid it."``.
    """
    contrast = chosen_contrast(explanation)
    if not contrast:
        return _place_name(explanation, NAME_WIDTH)
    name = _place_name(explanation, CONTRASTED_NAME_WIDTH)
    return f'{name} rather than "{shortened(contrast, CONTRASTED_NAME_WIDTH)}"'


def _place_name(explanation: Explanation, width: int) -> str:
    part = chosen_part(explanation)
    return WHOLE if part is None else f'"{shortened(explanation.response[slice(*part)], width)}"'


def _scored(explanation: Explanation, wanted: Wanted) -> int | None:
    span = wanted.span or _span(explanation, 0)
    if not _has_text(explanation.response, span):
        return None
    inked = _inked(explanation.response, span)
    # The whole response comes last: a response of one sentence is called by that sentence.
    indices = [*range(1, len(explanation.targets)), 0]
    alike = (index for index in indices if explanation.targets[index].contrast == wanted.contrast)
    return next((index for index in alike if _inked(explanation.response, _span(explanation, index)) == inked), None)


def _span(explanation: Explanation, index: int) -> Span:
    target, border = explanation.targets[index], len(explanation.prompt)
    return target.start - border, target.end - border


def _has_text(text: str, span: Span) -> bool:
    start, end = _inked(text, span)
    return start < end


def _inked(text: str, span: Span) -> Span:
    start, end = max(span[0], 0), min(span[1], len(text))
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())
