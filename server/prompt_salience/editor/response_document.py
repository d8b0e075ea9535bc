"""The response as a document to read beside the prompt: a short header, then what the model wrote, verbatim.

Decisions:
- The header is a block between two lines of ``---``, which Markdown takes for front matter.
- Once the response is explained, its parts are the explanation's targets; before that they are its sentences.
- An editor may still show an older state. A response only grows, so a place in an older state is the same place now
  if everything before its end is the same; if not, there is no answer rather than one about another sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from prompt_salience.editor.likelihood import likelihood_words
from prompt_salience.editor.snapshot import Explained
from prompt_salience.editor.targets import part_spans
from prompt_salience.engine_client.protocol import Completion, ModelInfo, SamplingSettings, StopReason
from prompt_salience.explaining import Span
from prompt_salience.prompts.pieces import stripped
from prompt_salience.prompts.sentences import sentence_divider
from prompt_salience.prompts.units import Granularity
from prompt_salience.report.captions import ENDINGS, count_in_words, probability
from prompt_salience.report.escaping import escaped

FINER_THAN_SENTENCES = (Granularity.TOKEN, Granularity.WORD)


class Written(Protocol):
    """What a model has written, finished or not: a run is one."""

    @property
    def model(self) -> ModelInfo:
        """Who writes it."""
        ...

    @property
    def sampling(self) -> SamplingSettings:
        """How the response is chosen."""
        ...

    @property
    def completion(self) -> Completion:
        """What has been written so far."""
        ...

    @property
    def case(self) -> str:
        """The name of the case that filled the template."""
        ...


@dataclass(frozen=True)
class Partial:
    """A response that is still being written."""

    model: ModelInfo
    sampling: SamplingSettings
    completion: Completion
    case: str = ""


@dataclass(frozen=True)
class ResponseDocument:
    """A document that shows a response.

    Attributes:
        text: header and response.
        response_start: where the response starts in ``text``; all after it is the response.
        units: the parts that can be explained and were divided so, in code points of the response.
        sentences: its sentences, or the units where these are larger, in code points of the response.
        complete: whether nothing more will come.
    """

    text: str
    response_start: int
    units: tuple[Span, ...]
    sentences: tuple[Span, ...]
    complete: bool

    @property
    def response(self) -> str:
        """The response alone."""
        return self.text[self.response_start :]

    def offset(self, in_response: int) -> int:
        """Where a code point of the response stands in the document."""
        return self.response_start + in_response

    def in_response(self, offset: int) -> int | None:
        """Which code point of the response stands at an offset of the document; None in the header."""
        return offset - self.response_start if self.response_start <= offset <= len(self.text) else None

    def unit_at(self, offset: int) -> Span | None:
        """The unit that holds, or ends at, an offset of the document, in code points of the response."""
        position = self.in_response(offset)
        if position is None:
            return None
        holding = (unit for unit in self.units if unit[0] <= position < unit[1])
        return next(holding, next((unit for unit in self.units if unit[1] == position), None))

    def target_at(self, start: int, end: int) -> Span | None:
        """The span of the response to explain: the selection ``start:end`` of the document, or the unit at a cursor.

        None where the selection holds no text of the response, or the cursor is at none.
        """
        if start == end:
            return self.unit_at(start)
        first, last = max(start - self.response_start, 0), max(end - self.response_start, 0)
        piece = self.response[first:last]
        first += len(piece) - len(piece.lstrip())
        last = first + len(piece.strip())
        return (first, last) if first < last else None

    def continues(self, shown: ResponseDocument, span: Span) -> bool:
        """Whether a span of the response in the older state ``shown`` is the same span of this response."""
        return shown.response[: span[1]] == self.response[: span[1]]


def response_document(written: Written, explained: Explained | None = None, language: str = "en") -> ResponseDocument:
    """The document that shows a response.

    Args:
        written: a run, or what has been written so far.
        explained: the last explanation; one of another response is left aside.
        language: whose abbreviations end no sentence.
    """
    response = written.completion.text
    known = explained if explained and explained.explanation.response == response else None
    header = "".join(f"{name}: {escaped(value)}\n" for name, value in _header(written, known))
    sentences = _sentences(response, language)
    units = part_spans(known.explanation) if known else sentences
    finer = known is not None and known.explanation.granularity in FINER_THAN_SENTENCES
    start = f"---\n{header}---\n\n"
    complete = written.completion.stop_reason is not None
    return ResponseDocument(start + response, len(start), units, sentences if finer else units, complete)


def _header(written: Written, explained: Explained | None) -> Iterator[tuple[str, str]]:
    completion, model = written.completion, written.model
    yield "model", f"{model.name} ({model.family}, {count_in_words(model.parameters)} parameters, {model.dtype})"
    if written.case:
        yield "case", written.case
    if completion.stop_reason is not StopReason.GIVEN:
        yield "sampling", sampling_words(written.sampling)
    count = len(completion.tokens)
    yield "tokens", f"{count:,}"
    if completion.log_probs:
        yield "probability", probability(sum(completion.log_probs))
    elif explained:
        yield "probability", probability(explained.explanation.targets[0].log_prob)
    if explained and explained.likelihood_change is not None:
        yield "since edited", likelihood_words(explained.likelihood_change)
    yield "ended", _ending(completion.stop_reason)


def _ending(reason: StopReason | None) -> str:
    return ENDINGS[reason].removeprefix("ended ") if reason else "still being written"


def sampling_words(sampling: SamplingSettings) -> str:
    """How the response is chosen: ``greedy, at most 256 new tokens``."""
    return ", ".join(_sampling_parts(sampling))


def _sampling_parts(sampling: SamplingSettings) -> Iterator[str]:
    yield f"temperature {sampling.temperature:g}" if sampling.temperature else "greedy"
    if sampling.temperature and sampling.top_k:
        yield f"top-k {sampling.top_k}"
    if sampling.temperature and sampling.top_p < 1:
        yield f"top-p {sampling.top_p:g}"
    if sampling.temperature:
        yield f"seed {sampling.seed}"
    yield f"at most {sampling.max_new_tokens:,} new tokens"
    if sampling.stop_strings:
        yield "stops at " + " or ".join(repr(text) for text in sampling.stop_strings)


def _sentences(response: str, language: str) -> tuple[Span, ...]:
    pieces = stripped(response, sentence_divider(language)(response, 0, len(response)))
    return tuple((piece.start, piece.end) for piece in pieces)
