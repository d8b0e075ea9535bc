r"""JSON lines: one prompt a line, ``{"prompt": …, "target": …, "source": …}``.

Decisions:
- Each row is a case. Its name is its ``source`` where no other row has the same, else its number, from one.
- Prompts are literal text: ``{{`` in one is two braces, and line ends are as the JSON says.
- Lines end at ``\n`` alone: other line separators may stand inside a JSON string.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from prompt_salience.prompts.cases import Case
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.formats.format import PromptTemplate
from prompt_salience.prompts.normalised import NormalisedText
from prompt_salience.prompts.problems import Problem, PromptError, Severity
from prompt_salience.prompts.source_map import Origin, OriginKind, Place
from prompt_salience.prompts.suggestions import asked, nearest
from prompt_salience.prompts.traced_text import TracedText, computed, copied, joined

NAME = "jsonl"
ENDINGS = (".jsonl",)
LANGUAGES = ("jsonl", "jsonlines", "ndjson")
HAS_SIDECAR = False

KEYS = ("prompt", "target", "source")
WHITE_SPACE = re.compile(r"[ \t\r]*")
ESCAPE = re.compile(r"(?:\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.)")
DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class Field:
    """One member of a row: the places of its name and value, and the value."""

    key: Place
    place: Place
    value: Any


def parse(document: Document, sidecar: Document | None) -> PromptTemplate:
    """The prompts that a document holds; a sidecar has no meaning here.

    Raises:
        PromptError: a line is no JSON object, or has no prompt.
    """
    rows = [_Row(document, start, end) for start, end in _lines(document.text)]
    if not rows:
        place = Place(document.path, 0, len(document.text))
        raise PromptError(Problem(place, "There is no prompt in this file.", "empty-prompt"))
    warnings: list[Problem] = []
    cases = [row.case(warnings) for row in rows]
    body = NormalisedText(document, 0, len(document.text))
    return PromptTemplate(document, sidecar, NAME, body, tuple(_named(cases)), warnings=tuple(warnings))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1


def _named(cases: list[Case]) -> Iterator[Case]:
    times = Counter(case.source for case in cases)
    numbers = {str(number) for number in range(1, len(cases) + 1)}
    for number, case in enumerate(cases, start=1):
        unique = times[case.source] == 1 and case.source and case.source not in numbers
        yield replace(case, name=case.source if unique else str(number))


class _Row:
    def __init__(self, document: Document, start: int, end: int) -> None:
        self._document = document
        self._start = start
        self._end = end

    def case(self, warnings: list[Problem]) -> Case:
        fields = dict(self._fields())
        for name, found in fields.items():
            if name not in KEYS:
                message = f"The key {name!r} means nothing here."
                meant = nearest(name, KEYS)
                warnings.append(Problem(found.key, message, "unknown-key", asked(meant), Severity.WARNING, meant))
        if "prompt" not in fields:
            raise self._without_prompt(fields)
        prompt = self._string(fields, "prompt")
        target, source = self._string(fields, "target"), self._string(fields, "source")
        return Case(target=target, source=source or "", prompt=prompt)

    def _without_prompt(self, fields: dict[str, Field]) -> PromptError:
        """The error stands at a key that was probably meant to be ``prompt``, or at the whole row."""
        message, code = "This row has no 'prompt'.", "missing-prompt"
        for name, found in fields.items():
            if name not in KEYS and (meant := nearest(name, ["prompt"])):
                return PromptError(Problem(found.key, message, code, asked(meant), replacement=meant))
        return self._error(message, self._start, self._end, code)

    def _string(self, fields: dict[str, Field], name: str) -> TracedText | None:
        found = fields.get(name)
        if found is None or (found.value is None and name != "prompt"):
            return None
        if not isinstance(found.value, str):
            raise self._error(f"{name!r} must be text.", found.place.start, found.place.end, "wrong-type")
        return _traced(found.value, self._document, found.place)

    def _fields(self) -> Iterator[tuple[str, Field]]:
        position = self._sign("{", self._start)
        separator = "," if self._peek(position) != "}" else "}"
        while separator == ",":
            name, key, position = self._value(position)
            if not isinstance(name, str):
                raise self._error("A key must be text.", key.start, key.end)
            value, place, position = self._value(self._sign(":", position))
            yield name, Field(key, place, value)
            separator = self._peek(position)
            position = self._sign(",", position) if separator == "," else position
        position = self._sign("}", position)
        if position < self._end:
            raise self._error("Only one object can stand on a line.", position, self._end)

    def _value(self, position: int) -> tuple[Any, Place, int]:
        try:
            value, end = DECODER.raw_decode(self._document.text, position)
        except json.JSONDecodeError as error:
            raise self._error(f"This is no valid JSON: {error.msg}.", min(error.pos, self._end), self._end) from error
        except (RecursionError, ValueError) as error:
            raise self._error("This value is nested too deeply, or too large.", position, self._end) from error
        return value, Place(self._document.path, position, end), self._skip(end)

    def _skip(self, position: int) -> int:
        match = WHITE_SPACE.match(self._document.text, position)
        return match.end() if match else position

    def _peek(self, position: int) -> str:
        return self._document.text[position : position + 1] if position < self._end else ""

    def _sign(self, sign: str, position: int) -> int:
        position = self._skip(position)
        if self._peek(position) != sign:
            message = f"This is no valid JSON object: {sign!r} was expected."
            raise self._error(message, position, min(position + 1, self._end))
        return self._skip(position + 1)

    def _error(self, message: str, start: int, end: int, code: str = "json") -> PromptError:
        return PromptError(Problem(Place(self._document.path, start, end), message, code))


def _traced(value: str, document: Document, place: Place) -> TracedText:
    """A JSON string as traced text: exact but for its escape sequences."""
    origin = Origin(OriginKind.TEMPLATE, place)
    raw = copied(document.text[place.start : place.end], origin)
    pieces: list[str] = []
    position, end = 1, len(raw) - 1
    for match in ESCAPE.finditer(raw, position, end):
        pieces.append(raw[position : match.start()])
        at = Place(place.path, place.start + match.start(), place.start + match.end())
        pieces.append(computed(json.loads(f'"{match.group()}"'), Origin(OriginKind.TEMPLATE, at)))
        position = match.end()
    text = joined([*pieces, raw[position:end]])
    return text if text == value else computed(value, origin)
