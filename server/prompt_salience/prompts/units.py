"""Units: the spans of a sequence that influence is shown for.

Decisions:
- Every non-blank character that is not scaffolding lies in exactly one unit; units are in order, never overlap,
  and neither begin nor end with white space, so that white space between units takes no share. White space is what
  ``str.isspace`` calls so.
- A unit never straddles a border: prompt and response, two messages, scaffolding. A special token such as ``<bos>``
  stands for no text and so lies in no unit.
- What a unit is called (``kind``) says what it is at its granularity:

  ============  ========================================================================================
  granularity   kinds
  ============  ========================================================================================
  token         token; the byte tokens of one character are one unit
  word          word, with the punctuation that follows it; sign, a run of anything else
  sentence      sentence, heading, bullet, label, tag, row, rule, code
  line          line
  paragraph     paragraph
  pattern       match; text, between two matches
  message       the role; text, outside of messages; prompt, where there are none
  example       example; question, the unfinished one at the end; text, a paragraph of anything else
  variable      variable, one value shown; expression, what a template computed; text, a line of anything else
  ============  ========================================================================================

- Messages, examples and variables are things of a prompt. At these granularities the response is divided into
  sentences, so that it still offers targets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from prompt_salience.prompts.examples import examples
from prompt_salience.prompts.patterns import PatternError, pattern_divider
from prompt_salience.prompts.pieces import Divider, Piece, stripped
from prompt_salience.prompts.rendered import Message
from prompt_salience.prompts.sentences import sentence_divider
from prompt_salience.prompts.source_map import SourceMap
from prompt_salience.prompts.speakers import speaker_divider
from prompt_salience.prompts.stretches import prompt_stretches
from prompt_salience.prompts.structure import line_texts, paragraphs
from prompt_salience.prompts.tokens import token_divider
from prompt_salience.prompts.variables import variable_divider
from prompt_salience.prompts.words import words

__all__ = ["Division", "Granularity", "Part", "PatternError", "Unit", "divide"]


class Granularity(StrEnum):
    """How finely a sequence is divided."""

    TOKEN = "token"  # noqa: S105 - a piece of text, not a secret.
    WORD = "word"
    SENTENCE = "sentence"
    LINE = "line"
    PARAGRAPH = "paragraph"
    PATTERN = "pattern"
    MESSAGE = "message"
    EXAMPLE = "example"
    VARIABLE = "variable"


class Part(StrEnum):
    """Which part of the sequence a unit or token belongs to."""

    PROMPT = "prompt"
    RESPONSE = "response"
    SPECIAL = "special"
    SCAFFOLDING = "scaffolding"


@dataclass(frozen=True, slots=True)
class Unit:
    """The range ``start:end`` of the sequence text. ``kind`` is what it is: such as ``sentence`` or ``heading``."""

    start: int
    end: int
    part: Part
    kind: str


@dataclass(frozen=True)
class Division:
    """What is divided: a sequence and all that is known about it.

    Attributes:
        prompt: the rendered prompt.
        response: what follows it.
        source_map: where each character of the prompt came from.
        messages: who says what in the prompt.
        token_spans: the ranges of the tokens in prompt + response, in code points; only ``token`` needs them.

    Raises:
        ValueError: the source map is not one of this prompt.
    """

    prompt: str
    response: str
    source_map: SourceMap
    messages: tuple[Message, ...] = ()
    token_spans: Sequence[tuple[int, int]] = ()

    def __post_init__(self) -> None:
        if self.source_map.length != len(self.prompt):
            message = f"a source map of {self.source_map.length} characters for a prompt of {len(self.prompt)}"
            raise ValueError(message)


def divide(
    division: Division, granularity: Granularity, *, pattern: str | None = None, language: str = "en"
) -> tuple[Unit, ...]:
    """The units of prompt and response, in order.

    Args:
        division: the sequence.
        granularity: how finely to divide it.
        pattern: the regular expression of the granularity ``pattern``; the others ignore it.
        language: the language of the text, such as ``en`` or ``de``: whose abbreviations end no sentence.

    Raises:
        PatternError: the pattern is missing, no regular expression, or takes too long.
    """
    text = division.prompt + division.response
    border = len(division.prompt)
    divider = _divider(division, granularity, pattern, language)
    of_response = sentence_divider(language) if granularity in _OF_PROMPTS else divider
    stretches = prompt_stretches(division.source_map, division.messages)
    pieces = chain.from_iterable(divider(text, start, end) for start, end in stretches)
    return (
        *_units(text, pieces, Part.PROMPT),
        *_units(text, of_response(text, border, len(text)), Part.RESPONSE),
    )


_OF_PROMPTS = (Granularity.MESSAGE, Granularity.EXAMPLE, Granularity.VARIABLE)
_OF_TEXT: dict[Granularity, Divider] = {
    Granularity.WORD: words,
    Granularity.LINE: line_texts,
    Granularity.PARAGRAPH: paragraphs,
    Granularity.EXAMPLE: examples,
}


def _divider(division: Division, granularity: Granularity, pattern: str | None, language: str) -> Divider:
    match granularity:
        case Granularity.TOKEN:
            return token_divider(division.token_spans)
        case Granularity.SENTENCE:
            return sentence_divider(language)
        case Granularity.PATTERN:
            return pattern_divider(pattern)
        case Granularity.MESSAGE:
            return speaker_divider(division.messages)
        case Granularity.VARIABLE:
            return variable_divider(division.source_map)
        case _:
            return _OF_TEXT[granularity]


def _units(text: str, pieces: Iterable[Piece], part: Part) -> Iterator[Unit]:
    return (Unit(piece.start, piece.end, part, piece.kind) for piece in stripped(text, pieces))
