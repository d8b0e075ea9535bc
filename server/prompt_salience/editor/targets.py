"""The part of the response that is being explained: choosing another one, and what it is called."""

from __future__ import annotations

from dataclasses import replace

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.editor.markdown import shortened
from prompt_salience.editor.snapshot import Explained
from prompt_salience.explaining import Settings, Span, retargeted
from prompt_salience.report.captions import response_units

WHOLE = "whole response"
NAME_WIDTH = 40


def with_target(explained: Explained, span: Span | None) -> Explained | None:
    """The same explanation with another chosen target, or None where that one was not scored: the engine must be asked.

    What a method that ablates has measured answers for every target.

    Args:
        explained: a run with its explanation.
        span: the target in code points of the response, blanks at its ends not counted; None for the whole response.
    """
    explanation = explained.explanation
    index = 0 if span is None else _scored(explanation, span)
    if index is not None:
        return replace(explained, explanation=replace(explanation, chosen=index))
    if explanation.ablation is None or span is None or not _has_text(explanation.response, span):
        return None
    return replace(explained, explanation=retargeted(explanation, Settings(target_span=span)))


def chosen_span(explanation: Explanation) -> Span:
    """The target that is explained now, in code points of the response."""
    return _span(explanation, explanation.chosen)


def chosen_part(explanation: Explanation) -> Span | None:
    """The part of the response that is explained now; None for the whole."""
    return chosen_span(explanation) if explanation.chosen else None


def part_spans(explanation: Explanation) -> tuple[Span, ...]:
    """The units of the response, in order, in code points of the response."""
    border = len(explanation.prompt)
    units = (explanation.units[index] for index in response_units(explanation))
    return tuple((unit.start - border, unit.end - border) for unit in units)


def target_name(explanation: Explanation) -> str:
    """What the chosen target is called: ``whole response``, or its text between quotes, shortened."""
    if explanation.chosen == 0:
        return WHOLE
    start, end = chosen_span(explanation)
    return f'"{shortened(explanation.response[start:end], NAME_WIDTH)}"'


def _scored(explanation: Explanation, span: Span) -> int | None:
    if not _has_text(explanation.response, span):
        return None
    wanted = _inked(explanation.response, span)
    spans = [_span(explanation, index) for index in range(len(explanation.targets))]
    # The whole response comes last: a response of one sentence is called by that sentence.
    indices = [*range(1, len(spans)), 0]
    return next((index for index in indices if _inked(explanation.response, spans[index]) == wanted), None)


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
