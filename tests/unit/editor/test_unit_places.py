"""The pieces of a document, against the slow and obvious way of finding them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from explained_snapshots import explained, loop, sample
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.editor.choices import Choices
from prompt_salience.editor.unit_places import first_covers, last_covers, pieces, stretches, unit_begin, units_that_show
from prompt_salience.prompts.source_map import Origin, OriginKind, Place, Segment, SourceMap
from prompt_salience.prompts.units import Granularity, Part, Unit

BASE = explained(*loop()).explained.explanation
PATH = "a.j2"


def written_characters(explanation: Explanation, path: str) -> dict[int, set[int]]:
    """The units written at each character of a document, one character of the prompt at a time."""
    found: dict[int, set[int]] = {}
    for number, unit in enumerate(explanation.units):
        for offset in range(unit.start, unit.end) if unit.part is Part.PROMPT else ():
            origin = explanation.source_map.within(offset, offset + 1)[0].origin
            for place in (origin.place, origin.via):
                if place is not None and place.path == path:
                    for at in range(place.start, place.end):
                        found.setdefault(at, set()).add(number)
    return found


def characters_of_pieces(explanation: Explanation, path: str) -> dict[int, set[int]]:
    found = pieces(explanation, path)
    ends = found.offsets + found.counts
    rows = zip(*(column.tolist() for column in (found.starts, found.ends, found.offsets, ends)), strict=True)
    return {at: set(found.units[first:last].tolist()) for start, end, first, last in rows for at in range(start, end)}


@st.composite
def explanations(draw: st.DrawFn) -> Explanation:
    segments, position = [], 0
    for _ in range(draw(st.integers(1, 6))):
        length = draw(st.integers(1, 4))
        start = draw(st.integers(0, 12))
        exact = draw(st.booleans())
        end = start + length if exact else start + draw(st.integers(0, 5))
        kind = draw(st.sampled_from([OriginKind.TEMPLATE, OriginKind.VALUE, OriginKind.EXPRESSION]))
        via = Place(PATH, start, start + 3) if kind is OriginKind.VALUE and draw(st.booleans()) else None
        path = draw(st.sampled_from([PATH, "a.values.yaml"]))
        segments.append(Segment(position, position + length, Origin(kind, Place(path, start, end), "x", via), exact))
        position += length
    borders = sorted(draw(st.sets(st.integers(0, position), min_size=2)))
    units = [Unit(a, b, Part.PROMPT, "word") for a, b in pairwise(borders) if draw(st.booleans())]
    units.append(Unit(position, position + 1, Part.RESPONSE, "word"))
    return replace(BASE, prompt="x" * position, response="y", source_map=SourceMap(tuple(segments)), units=tuple(units))


@given(explanations())
def test_pieces_hold_each_character_with_its_units(explanation: Explanation) -> None:
    for path in (PATH, "a.values.yaml"):
        assert characters_of_pieces(explanation, path) == written_characters(explanation, path)


@given(explanations())
def test_pieces_are_in_order_and_as_long_as_they_can_be(explanation: Explanation) -> None:
    found = pieces(explanation, PATH)
    assert (found.starts < found.ends).all()
    assert (found.ends[:-1] <= found.starts[1:]).all()
    units = np.split(found.units, found.offsets[1:])
    for index in np.flatnonzero(found.ends[:-1] == found.starts[1:]):
        assert units[index].tolist() != units[index + 1].tolist()


@given(explanations())
def test_stretches_are_the_unbroken_runs_of_a_units_characters(explanation: Explanation) -> None:
    characters = written_characters(explanation, PATH)
    covered: dict[int, set[int]] = {}
    starts, ends, units = (column.tolist() for column in stretches(explanation, PATH))
    for start, end, unit in zip(starts, ends, units, strict=True):
        assert unit not in characters.get(start - 1, ())
        assert unit not in characters.get(end, ())
        for at in range(start, end):
            covered.setdefault(at, set()).add(unit)
    assert covered == characters


@pytest.mark.parametrize("granularity", [Granularity.TOKEN, Granularity.WORD, Granularity.LINE, Granularity.VARIABLE])
@pytest.mark.parametrize("name", ["menu/3-principles.j2", "arithmetic.j2", "brainstorm.prompty", "headline.prompty"])
def test_real_templates(name: str, granularity: Granularity) -> None:
    explanation = explained(*sample(name), choices=Choices(granularity=granularity)).explained.explanation
    for path in explanation.documents:
        assert characters_of_pieces(explanation, path) == written_characters(explanation, path)


def texts(explanation: Explanation, covers, path: str = "loop.j2") -> list[str]:
    text = explanation.documents[path].text
    return [text[start:end] for start, end in zip(covers.starts.tolist(), covers.ends.tolist(), strict=True)]


def test_a_unit_begins_and_ends_in_the_body_and_so_does_each_of_its_values() -> None:
    assert texts(BASE, first_covers(BASE, "loop.j2")) == [
        "Judge the dish for ",
        "- Dish ",
        "- Dish ",
        "Take your time.",
        "Think twice.",
        "Analysis:",
    ]
    assert texts(BASE, last_covers(BASE, "loop.j2"))[:3] == [".", " is on the menu.", " is on the menu."]
    values = "loop.values.yaml"
    assert texts(BASE, first_covers(BASE, values), values) == ["M", "Quiche", "Onion soup"]


def test_a_unit_of_a_value_alone_begins_with_the_expression_that_emitted_it() -> None:
    explanation = explained(*loop(), choices=Choices(granularity=Granularity.VARIABLE)).explained.explanation
    unit = next(n for n, unit in enumerate(explanation.units) if explanation.text[unit.start : unit.end] == "Quiche")
    place = unit_begin(explanation, unit)
    assert place is not None
    assert explanation.documents[place.path].text[place.start : place.end] == "{{ dish }}"


def test_units_of_the_response_are_written_nowhere() -> None:
    assert unit_begin(BASE, len(BASE.units) - 1) is None


def test_units_that_show_a_variable_or_a_member_of_it() -> None:
    assert units_that_show(BASE, "dishes") == [1, 2]
    assert units_that_show(BASE, "dishes[1]") == [2]
    assert units_that_show(BASE, "guest") == [0]
    assert units_that_show(BASE, "dish") == []
    assert units_that_show(BASE, "") == []
