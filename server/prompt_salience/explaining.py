"""From a run to an explanation: divide it into units, choose targets, score, aggregate.

Decisions:
- Every target of the response is scored in one request, so that choosing another one later is free.
- A run can be explained as often as there are questions, with nothing written anew.
- Methods that ablate are handed on to ``ablating``. What they measured is kept with the explanation, and answers for
  any other target.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from prompt_salience.ablating import ablations
from prompt_salience.attribution.ablation.estimators import ESTIMATORS
from prompt_salience.attribution.ablation.record import Ablation
from prompt_salience.attribution.ablation.scoring import ablation_token_scores
from prompt_salience.attribution.ablation.settings import AblationSettings
from prompt_salience.attribution.aggregation import Aggregation
from prompt_salience.attribution.cost import Cost, cost
from prompt_salience.attribution.explanation import Explanation, SequenceToken
from prompt_salience.attribution.target_scores import scored_targets, token_range
from prompt_salience.completing import CompletionListener, Filled, RequestError, Run, complete, read
from prompt_salience.contrasting import contrasted
from prompt_salience.engine_client.protocol import (
    DEFAULT_METHOD,
    Completion,
    Engine,
    ExplainRequest,
    Method,
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

Span = tuple[int, int]
ExplanationListener = Callable[[Explanation], None]


@dataclass(frozen=True)
class Settings:
    """All that a caller may choose about an explanation.

    Attributes:
        aggregation: how a unit's token scores become one number; None leaves the choice to the method.
        pattern: the regular expression of the granularity ``pattern``.
        language: the two-letter code of the language whose abbreviations do not end a sentence.
        target_text: a text in the response to explain; its first occurrence counts.
        target_unit: the number of a unit of the response to explain, counted from one.
        target_span: the range of the response to explain, in code points of the response.
        response: a response given by hand: nothing is generated.
        contrast: a text that might have stood in the place of the target: why this rather than that.
        ablation: how methods that ablate leave units out.
    """

    method: Method = DEFAULT_METHOD
    granularity: Granularity = Granularity.SENTENCE
    aggregation: Aggregation | None = None
    pattern: str | None = None
    language: str = "en"
    target_text: str | None = None
    target_unit: int | None = None
    target_span: Span | None = None
    response: str | None = None
    contrast: str | None = None
    sampling: SamplingSettings = field(default_factory=SamplingSettings)
    ablation: AblationSettings = field(default_factory=AblationSettings)


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
    filled = Filled(prompt, case, documents or {})
    run = run_for(engine, filled, settings, progress=progress, on_completion=on_completion)
    return explain_run(engine, run, settings, progress)


def run_for(
    engine: Engine,
    filled: Filled,
    settings: Settings,
    *,
    progress: Progress = no_progress,
    on_completion: CompletionListener | None = None,
) -> Run:
    """The run that ``settings`` ask for: the model completes the prompt, or reads the response given by hand.

    Raises:
        RequestError: the response is empty.
        EngineError: the model cannot read the prompt or failed.
    """
    if settings.response is not None:
        return read(engine, filled, settings.response, settings.sampling)
    return complete(engine, filled, settings.sampling, progress=progress, on_completion=on_completion)


def explain_run(
    engine: Engine,
    run: Run,
    settings: Settings,
    progress: Progress = no_progress,
    on_part: ExplanationListener | None = None,
) -> Explanation:
    """Explain a run. Its response and its tokens stay as they are, whatever ``settings`` say about writing one.

    A method that ablates tells ``on_part`` again and again what it has found so far.

    Raises:
        RequestError: the target is not in the response, or the text to contrast it with is empty.
        PatternError: the pattern of the granularity is no regular expression.
        EngineError: the model failed.
    """
    unscored = _unscored(run, settings)
    spans, chosen = _target_spans(len(unscored.prompt), unscored.response, unscored.units, settings)
    unscored = replace(unscored, chosen=chosen)
    if settings.method.ablates:
        explanation = _explained_by_ablation(engine, run, unscored, spans, settings.ablation, progress, on_part)
    else:
        explanation = _explained_by_gradients(engine, run, unscored, spans, progress)
    return (
        explanation if settings.contrast is None else contrasted(engine, run, explanation, settings.contrast, progress)
    )


def cost_of(run: Run, settings: Settings) -> Cost:
    """What explaining a run takes, before it is explained.

    Raises:
        RequestError: the target is not in the response.
        PatternError: the pattern of the granularity is no regular expression.
    """
    unscored = _unscored(run, settings)
    spans, _ = _target_spans(len(unscored.prompt), unscored.response, unscored.units, settings)
    units = sum(unit.part is Part.PROMPT for unit in unscored.units)
    per_pass = None if run.seconds_per_token is None else run.seconds_per_token * len(unscored.tokens)
    return cost(settings.method, len(spans), units, settings.ablation, per_pass)


def retargeted(explanation: Explanation, settings: Settings) -> Explanation:
    """What was measured by a method that ablates, for the target that ``settings`` ask for: no model is needed.

    Raises:
        RequestError: the target is not in the response.
        ValueError: the method does not ablate.
    """
    if explanation.ablation is None:
        message = f"{explanation.method} keeps nothing that another target could be explained by"
        raise ValueError(message)
    spans, chosen = _target_spans(len(explanation.prompt), explanation.response, explanation.units, settings)
    return _with_ablation(replace(explanation, chosen=chosen), spans, explanation.ablation)


def _explained_by_gradients(
    engine: Engine, run: Run, unscored: Explanation, spans: Sequence[Span], progress: Progress
) -> Explanation:
    token_ids = tuple(token.id for token in unscored.tokens)
    request = ExplainRequest(token_ids, _token_ranges(unscored, spans), unscored.method)
    explanation = _with_scores(unscored, spans, engine.explain(request, progress))
    return replace(explanation, hint=foreign_prompt_hint(engine, token_ids, len(run.prompt_tokens)))


def _explained_by_ablation(
    engine: Engine,
    run: Run,
    unscored: Explanation,
    spans: Sequence[Span],
    settings: AblationSettings,
    progress: Progress,
    on_part: ExplanationListener | None,
) -> Explanation:
    token_ids = tuple(token.id for token in unscored.tokens)
    unscored = replace(unscored, hint=foreign_prompt_hint(engine, token_ids, len(run.prompt_tokens)))
    units = [(unit.start, unit.end) for unit in unscored.units if unit.part is Part.PROMPT]
    masks = ESTIMATORS[unscored.method].plan(len(units), settings.masks, settings.seed)
    for ablation in ablations(engine, run, units, masks, settings, progress):
        if on_part:
            on_part(_with_ablation(unscored, spans, ablation))
    return _with_ablation(unscored, spans, ablation)


def _with_ablation(explanation: Explanation, spans: Sequence[Span], ablation: Ablation) -> Explanation:
    scored = ablation_token_scores(explanation, ablation, _token_ranges(explanation, spans))
    return replace(_with_scores(explanation, spans, scored), ablation=ablation)


def _with_scores(explanation: Explanation, spans: Sequence[Span], scored: TokenScores) -> Explanation:
    targets = scored_targets(
        explanation.text, scored, spans, explanation.tokens, explanation.units, explanation.aggregation
    )
    return replace(explanation, targets=targets)


def _token_ranges(explanation: Explanation, spans: Sequence[Span]) -> tuple[tuple[int, int], ...]:
    return tuple(token_range(explanation.tokens, span) for span in spans)


def _unscored(run: Run, settings: Settings) -> Explanation:
    """An explanation as far as it is known without asking a model: it has no targets yet."""
    prompt = run.prompt
    tokens = sequence_tokens(prompt, run.prompt_tokens, run.completion)
    return Explanation(
        model=run.model,
        method=settings.method,
        granularity=settings.granularity,
        aggregation=settings.aggregation or Aggregation.SUM,
        prompt=prompt.text,
        response=run.completion.text,
        stop_reason=run.completion.stop_reason or StopReason.CANCELLED,
        source_map=prompt.source_map,
        tokens=tokens,
        units=_units(prompt, run.completion, tokens, settings),
        targets=(),
        case=run.case,
        documents=dict(run.documents),
        messages=prompt.messages,
        pattern=settings.pattern,
        language=settings.language,
        sampling=run.sampling,
        written=bool(run.completion.log_probs),
    )


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


def _target_spans(
    prompt_length: int, response: str, units: Sequence[Unit], settings: Settings
) -> tuple[tuple[Span, ...], int]:
    """Spans of every target in the sequence text, and the index of the one that was asked about."""
    by_unit = [(unit.start, unit.end) for unit in units if unit.part is Part.RESPONSE]
    spans: list[Span] = [(prompt_length, prompt_length + len(response)), *by_unit]
    if settings.target_unit is not None:
        return tuple(spans), _unit_index(settings.target_unit, len(by_unit))
    asked = _asked_span(prompt_length, response, settings)
    if asked is None:
        return tuple(spans), 0
    if asked not in spans:
        spans.append(asked)
    return tuple(spans), spans.index(asked)


def _unit_index(number: int, count: int) -> int:
    if not 1 <= number <= count:
        message = f"The response has {count} {'unit' if count == 1 else 'units'}; there is no unit {number}."
        raise RequestError(message)
    return number


def _asked_span(prompt_length: int, response: str, settings: Settings) -> Span | None:
    """The range of the sequence text that a text or a range of the response stands for, without blanks around it."""
    if settings.target_text is not None:
        return _text_span(prompt_length, response, settings.target_text)
    if settings.target_span is None:
        return None
    start, end = settings.target_span
    piece = response[max(start, 0) : end]
    if not piece.strip():
        message = "There is no text of the response in the target."
        raise RequestError(message)
    start = max(start, 0) + len(piece) - len(piece.lstrip())
    return prompt_length + start, prompt_length + start + len(piece.strip())


def _text_span(prompt_length: int, response: str, text: str) -> Span:
    wanted = text.strip()
    start = response.find(wanted) if wanted else -1
    if start < 0:
        message = f"The target {text!r} is not in the response, which is {response.strip()!r}."
        raise RequestError(message)
    return prompt_length + start, prompt_length + start + len(wanted)
