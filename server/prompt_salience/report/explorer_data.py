"""What the explorer's page is fed with: one run, explained by one or more methods and divided in every way.

Decisions:
- The page knows nothing of salience: all divisions, shares and references come from here.
- Offsets are UTF-16 code units, JavaScript's own, of the prompt or of the response; lines and characters count from 0.
- Every division is of the prompt. A division that says nothing (one message, no example, no variable) is left out.
- Numbers are rounded to what a person could tell apart, which halves the size.
- Files go by their names: a page may be handed on, and the folders of its author are nobody's business.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prompt_salience.attribution.explanation import Explanation, TargetScores
from prompt_salience.attribution.method_documentation import METHODS
from prompt_salience.attribution.scale import reference
from prompt_salience.attribution.unit_influence import UnitInfluence, divided_otherwise
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.source_map import Place, Segment
from prompt_salience.prompts.units import Granularity, Part, Unit
from prompt_salience.report import captions
from prompt_salience.report.utf16 import units_before

FORMAT = "prompt-salience/explorer"
VERSION = 1
COARSE_TO_FINE = (
    Granularity.MESSAGE, Granularity.EXAMPLE, Granularity.PARAGRAPH, Granularity.VARIABLE, Granularity.LINE,
    Granularity.SENTENCE, Granularity.PATTERN, Granularity.WORD, Granularity.TOKEN,
)  # fmt: skip
_TELLING_KINDS: Mapping[Granularity, Callable[[set[str]], bool]] = {
    Granularity.MESSAGE: lambda kinds: len(kinds) > 1,
    Granularity.EXAMPLE: lambda kinds: "example" in kinds,
    Granularity.VARIABLE: lambda kinds: "variable" in kinds,
}


def _same(place: Place) -> Place | None:
    return place


@dataclass(frozen=True)
class Sources:
    """Where the page's links lead.

    Attributes:
        documents: the texts that places are of, by path.
        now: where a place of the explained texts is in these; None where it was deleted.
        uri: what opens a document; None for a page that is read elsewhere.
    """

    documents: Mapping[str, Document] = field(default_factory=dict)
    now: Callable[[Place], Place | None] = _same
    uri: Callable[[str], str | None] = lambda _path: None


def explorer_data(
    explanations: Sequence[Explanation], sources: Sources | None = None, methods: Sequence[str] | None = None
) -> dict[str, Any]:
    """The data of the page.

    Args:
        explanations: of one run and the same targets, each by another method; the first is shown first.
        sources: where links lead; by default to nowhere, with the places of the explained texts as words.
        methods: the names of all methods that can be asked for; by default those of ``explanations``.
    """
    first = explanations[0]
    found = _Found(first, sources or Sources(first.documents))
    divided = [_divided(explanation) for explanation in explanations]
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": PurePath(captions.source_path(first)).name or "Prompt",
        "case": first.case,
        "model": captions.model(first),
        "ending": captions.ending(first),
        "hint": first.hint,
        "prompt": first.prompt,
        "response": first.response,
        "documents": found.documents(),
        "divisions": [found.division(*division) for division in divided[0].items()],
        "targets": [found.target(index, target) for index, target in enumerate(first.targets)],
        "parts": _parts(first),
        "methods": [_method(explanation) for explanation in explanations],
        "scores": [[_scores(division) for division in by_granularity.values()] for by_granularity in divided],
        "shown": {"method": 0, "division": list(divided[0]).index(first.granularity), "target": first.chosen},
        "allMethods": list(methods or [explanation.method.value for explanation in explanations]),
    }


def explorer_json(data: Mapping[str, Any]) -> str:
    """The data as JSON in ASCII that may stand in the midst of HTML."""
    return json.dumps(data, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def _divided(explanation: Explanation) -> dict[Granularity, UnitInfluence]:
    """The divisions that say something, from coarse to fine."""
    ways = [way for way in COARSE_TO_FINE if way is not Granularity.PATTERN or explanation.pattern is not None]
    found = {way: divided_otherwise(explanation, way) for way in ways}
    return {way: division for way, division in found.items() if way is explanation.granularity or _tells(way, division)}


def _tells(granularity: Granularity, division: UnitInfluence) -> bool:
    telling = _TELLING_KINDS.get(granularity)
    return telling is None or telling({unit.kind for unit in _prompt_units(division)})


def _prompt_units(division: UnitInfluence) -> Iterator[Unit]:
    return (unit for unit in division.units if unit.part is Part.PROMPT)


def _parts(explanation: Explanation) -> list[int]:
    """The targets that divide the response; where there is but one part, that is the whole."""
    return list(range(1, 1 + len(captions.response_units(explanation))))


def _method(explanation: Explanation) -> dict[str, Any]:
    method = explanation.method
    about = METHODS[method]
    return {
        "name": method.value,
        "signed": method.signed,
        "additive": method.additive,
        "about": about.sentence,
        "source": about.source,
        "address": about.address,
    }


def _scores(found: UnitInfluence) -> list[dict[str, Any]]:
    """For each target the numbers of the prompt's units."""
    in_prompt = np.array([unit.part is Part.PROMPT for unit in found.units], dtype=bool)
    return [
        {
            "influence": _rounded(influence[in_prompt]),
            "score": _rounded(scores[in_prompt]),
            "reference": float(f"{reference(influence, in_prompt):.6g}"),
        }
        for influence, scores in zip(found.influence, found.scores, strict=True)
    ]


def _rounded(numbers: NDArray[np.float64]) -> list[float]:
    return [float(f"{number:.5g}") for number in numbers.tolist()]


class _Found:
    """Spans and places of one explanation as the page counts them."""

    def __init__(self, explanation: Explanation, sources: Sources) -> None:
        self._explanation, self._sources = explanation, sources
        self._in_prompt = units_before(explanation.prompt)
        self._in_response = units_before(explanation.response)
        self._paths = list(explanation.documents)

    def documents(self) -> list[dict[str, Any]]:
        return [{"name": PurePath(path).name, "uri": self._sources.uri(path)} for path in self._paths]

    def division(self, granularity: Granularity, division: UnitInfluence) -> dict[str, Any]:
        noun = "piece" if granularity is Granularity.PATTERN else granularity.value
        units = [self._unit(unit) for unit in _prompt_units(division)]
        return {"granularity": granularity.value, "noun": noun, "units": units}

    def target(self, index: int, target: TargetScores) -> dict[str, Any]:
        border = len(self._explanation.prompt)
        start, end = target.start - border, target.end - border
        return {
            "start": int(self._in_response[start]),
            "end": int(self._in_response[end]),
            "name": captions.target_name(self._explanation, index),
            "probability": captions.likelihood(target),
        }

    def _unit(self, unit: Unit) -> dict[str, Any]:
        start, end = int(self._in_prompt[unit.start]), int(self._in_prompt[unit.end])
        return {"start": start, "end": end, "kind": unit.kind, "source": self._source(unit)}

    def _source(self, unit: Unit) -> list[int] | None:
        written = _written(self._explanation.source_map.within(unit.start, unit.end))
        place = self._sources.now(written) if written else None
        if place is None or place.path not in self._paths or place.path not in self._sources.documents:
            return None
        document = self._sources.documents[place.path]
        return [self._paths.index(place.path), *_position(document, place.start), *_position(document, place.end)]


def _written(segments: Sequence[Segment]) -> Place | None:
    """Where a unit was written: from its first piece to the last one after it in the same file."""
    places = [segment.origin.place for segment in segments if segment.origin.place]
    if not places:
        return None
    first = places[0]
    ends = [place.end for place in places if place.path == first.path and place.start >= first.start]
    return Place(first.path, first.start, max(ends))


def _position(document: Document, offset: int) -> tuple[int, int]:
    line, column = document.line_and_column(offset)
    before = document.text[offset - column + 1 : offset]
    return line - 1, int(units_before(before)[-1])
