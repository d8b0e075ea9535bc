"""From a rendered prompt to an explanation: complete, divide, choose targets, score, aggregate.

Decisions:
- The engine is whatever satisfies ``Engine``: in this process, in another, or scripted by a test.
- The response is explained by the very token ids the model emitted; only a response given by hand is tokenised.
- Every target of the response is scored in one request, so that choosing another one later is free.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from unicodedata import east_asian_width

import numpy as np
from numpy.typing import NDArray

from prompt_salience.attribution.aggregation import Aggregation, inked_spans, unit_scores
from prompt_salience.attribution.explanation import Explanation, SequenceToken, TargetScores
from prompt_salience.attribution.influence import influence
from prompt_salience.engine_client.protocol import (
    Completion,
    ContextOverflowError,
    Engine,
    ExplainRequest,
    Method,
    ModelInfo,
    Progress,
    SamplingSettings,
    StopReason,
    Token,
    TokenScores,
    no_progress,
)
from prompt_salience.familiarity import foreign_prompt_hint
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.rendered import RenderedPrompt
from prompt_salience.prompts.source_map import OriginKind, SourceMap
from prompt_salience.prompts.units import Division, Granularity, Part, Unit, divide


@dataclass(frozen=True)
class Settings:
    """All that a caller may choose about an explanation.

    Attributes:
        aggregation: how a unit's token scores become one number; None leaves the choice to the method.
        pattern: the regular expression of the granularity ``pattern``.
        language: the two-letter code of the language whose abbreviations do not end a sentence.
        target_text: a text in the response to explain; its first occurrence counts.
        target_unit: the number of a unit of the response to explain, counted from one.
        response: a response given by hand: nothing is generated. A blank is put before it where prompt and response
            would otherwise run together, because the same word with and without one is not the same token.
    """

    method: Method = Method.GRAD_L2
    granularity: Granularity = Granularity.SENTENCE
    aggregation: Aggregation | None = None
    pattern: str | None = None
    language: str = "en"
    target_text: str | None = None
    target_unit: int | None = None
    response: str | None = None
    sampling: SamplingSettings = field(default_factory=SamplingSettings)


class RequestError(Exception):
    """What was asked does not fit the response: a target that is not there, or a response without text."""


CompletionListener = Callable[[Completion], None]


def complete_and_explain(
    engine: Engine,
    prompt: RenderedPrompt,
    settings: Settings,
    *,
    case: str = "",
    documents: Mapping[str, Document] | None = None,
    progress: Progress = no_progress,
    on_completion: CompletionListener | None = None,
) -> Explanation:
    """Complete ``prompt``, or take the response given by hand, and explain it.

    Raises:
        RequestError: the target is not in the response, or the response is empty.
        PatternError: the pattern of the granularity is no regular expression.
        EngineError: the model cannot read the prompt or failed.
    """
    prompt_tokens = engine.tokenize(prompt.text, start=True)
    completion = _completion(engine, prompt, prompt_tokens, settings, progress, on_completion)
    _refuse_empty(completion, given=settings.response is not None)
    tokens = sequence_tokens(prompt, prompt_tokens, completion)
    _refuse_too_long(tokens, engine.info)
    units = _units(prompt, completion, tokens, settings)
    spans, chosen = _target_spans(len(prompt.text), completion.text, units, settings)
    request = ExplainRequest(
        token_ids=tuple(token.id for token in tokens),
        targets=tuple(_token_range(tokens, span) for span in spans),
        method=settings.method,
    )
    aggregation = settings.aggregation or Aggregation.SUM
    return Explanation(
        model=engine.info,
        method=settings.method,
        granularity=settings.granularity,
        aggregation=aggregation,
        prompt=prompt.text,
        response=completion.text,
        stop_reason=completion.stop_reason or StopReason.CANCELLED,
        source_map=prompt.source_map,
        tokens=tokens,
        units=units,
        targets=_scored_targets(
            prompt.text + completion.text, engine.explain(request, progress), spans, tokens, units, aggregation
        ),
        chosen=chosen,
        case=case,
        hint=foreign_prompt_hint(engine, [token.id for token in prompt_tokens]),
        documents=dict(documents or {}),
    )


def _completion(
    engine: Engine,
    prompt: RenderedPrompt,
    prompt_tokens: Sequence[Token],
    settings: Settings,
    progress: Progress,
    listener: CompletionListener | None,
) -> Completion:
    if settings.response is not None:
        text = set_off(prompt.text, settings.response)
        return Completion(engine.tokenize(text, start=False), text, (), StopReason.GIVEN)
    completion = Completion((), "", (), None)
    for completion in engine.generate([token.id for token in prompt_tokens], settings.sampling, progress):
        if listener:
            listener(completion)
    return completion


def set_off(prompt: str, response: str) -> str:
    """The response, with a blank before it where it would run together with the prompt.

    Scripts that are written without blanks between words, such as Chinese, get none.
    """
    if not prompt or not response or prompt[-1].isspace() or not response[0].isalnum():
        return response
    return response if east_asian_width(response[0]) in "WF" else " " + response


def _refuse_too_long(tokens: Sequence[SequenceToken], model: ModelInfo) -> None:
    if len(tokens) > model.context_length:
        raise ContextOverflowError(len(tokens), model.context_length, "The prompt and the response together have")


def _refuse_empty(completion: Completion, *, given: bool) -> None:
    if completion.text.strip():
        return
    if given:
        message = "The response given by hand is empty: there is nothing to explain."
    elif completion.stop_reason is StopReason.TOKEN_BUDGET:
        message = "The model wrote no text before its budget of tokens was used up. Raise --max-new-tokens."
    else:
        message = (
            "The model ended its response at once, so there is nothing to explain. "
            "Check how the prompt ends, or give the response to explain with --response."
        )
    raise RequestError(message)


def sequence_tokens(
    prompt: RenderedPrompt, prompt_tokens: Sequence[Token], completion: Completion
) -> tuple[SequenceToken, ...]:
    """Tokens of prompt and response as one sequence, each with the part it belongs to."""
    offset = len(prompt.text)
    read = (_sequence_token(token, 0, _prompt_part(token, prompt.source_map)) for token in prompt_tokens)
    written = (_sequence_token(token, offset, _response_part(token)) for token in completion.tokens)
    return (*read, *written)


def _sequence_token(token: Token, offset: int, part: Part) -> SequenceToken:
    return SequenceToken(token.id, token.text, token.start + offset, token.end + offset, part)


def _prompt_part(token: Token, source_map: SourceMap) -> Part:
    if token.special or token.start == token.end:
        return Part.SPECIAL
    segments = source_map.within(token.start, token.end)
    scaffolding = all(segment.origin.kind is OriginKind.SCAFFOLDING for segment in segments)
    return Part.SCAFFOLDING if scaffolding else Part.PROMPT


def _response_part(token: Token) -> Part:
    return Part.SPECIAL if token.special else Part.RESPONSE


def _units(
    prompt: RenderedPrompt, completion: Completion, tokens: Sequence[SequenceToken], settings: Settings
) -> tuple[Unit, ...]:
    division = Division(
        prompt=prompt.text,
        response=completion.text,
        source_map=prompt.source_map,
        messages=prompt.messages,
        token_spans=tuple((token.start, token.end) for token in tokens if token.part is not Part.SPECIAL),
    )
    return divide(division, settings.granularity, pattern=settings.pattern, language=settings.language)


Span = tuple[int, int]


def _target_spans(
    prompt_length: int, response: str, units: Sequence[Unit], settings: Settings
) -> tuple[tuple[Span, ...], int]:
    """Spans of every target in the sequence text, and the index of the one that was asked about."""
    by_unit = [(unit.start, unit.end) for unit in units if unit.part is Part.RESPONSE]
    spans: list[Span] = [(prompt_length, prompt_length + len(response)), *by_unit]
    if settings.target_unit is not None:
        return tuple(spans), _unit_index(settings.target_unit, len(by_unit))
    if settings.target_text is None:
        return tuple(spans), 0
    asked = _text_span(prompt_length, response, settings.target_text)
    if asked not in spans:
        spans.append(asked)
    return tuple(spans), spans.index(asked)


def _unit_index(number: int, count: int) -> int:
    if not 1 <= number <= count:
        message = f"The response has {count} {'unit' if count == 1 else 'units'}; there is no unit {number}."
        raise RequestError(message)
    return number


def _text_span(prompt_length: int, response: str, text: str) -> Span:
    wanted = text.strip()
    start = response.find(wanted) if wanted else -1
    if start < 0:
        message = f"The target {text!r} is not in the response, which is {response.strip()!r}."
        raise RequestError(message)
    return prompt_length + start, prompt_length + start + len(wanted)


def _token_range(tokens: Sequence[SequenceToken], span: Span) -> tuple[int, int]:
    """Indices of the response tokens that share a character with ``span``: first, and one past the last."""
    touching = [
        index
        for index, token in enumerate(tokens)
        if token.part is Part.RESPONSE and token.start < span[1] and token.end > span[0]
    ]
    return touching[0], touching[-1] + 1


def _scored_targets(
    text: str,
    scored: TokenScores,
    spans: Sequence[Span],
    tokens: Sequence[SequenceToken],
    units: Sequence[Unit],
    aggregation: Aggregation,
) -> tuple[TargetScores, ...]:
    token_spans = inked_spans(text, [_share_span(token) for token in tokens])
    unit_spans = np.array([(unit.start, unit.end) for unit in units])
    in_prompt = np.array([unit.part is Part.PROMPT for unit in units])
    by_unit = unit_scores(scored.scores, token_spans, unit_spans, aggregation)
    shares = influence(by_unit, in_prompt)
    rows = zip(spans, scored.log_probs, scored.scores, by_unit, shares, strict=True)
    return tuple(
        TargetScores(start, end, float(log_prob), _frozen(token_row), _frozen(unit_row), _frozen(share_row))
        for (start, end), log_prob, token_row, unit_row, share_row in rows
    )


def _frozen(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """A copy that cannot be written to, as befits a record."""
    copy = np.array(numbers)
    copy.setflags(write=False)
    return copy


def _share_span(token: SequenceToken) -> Span:
    """The characters among which a token's score is shared: none for a special token."""
    return (token.start, token.start) if token.part is Part.SPECIAL else (token.start, token.end)
