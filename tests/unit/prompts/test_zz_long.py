"""What holds for the units of every sequence, at every granularity."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompt_salience.prompts.rendered import Message
from prompt_salience.prompts.source_map import SCAFFOLDING, Origin, OriginKind, Place, Segment, SourceMap
from prompt_salience.prompts.units import Division, Granularity, Part, Unit, divide

KINDS = {
    Granularity.TOKEN: {"token"},
    Granularity.WORD: {"word", "sign"},
    Granularity.SENTENCE: {"sentence", "heading", "bullet", "label", "tag", "row", "rule", "code"},
    Granularity.LINE: {"line"},
    Granularity.PARAGRAPH: {"paragraph"},
    Granularity.PATTERN: {"match", "text"},
    Granularity.MESSAGE: {"user", "model", "text", "prompt"},
    Granularity.EXAMPLE: {"example", "question", "text"},
    Granularity.VARIABLE: {"variable", "expression", "text"},
}
OF_PROMPTS = {Granularity.MESSAGE, Granularity.EXAMPLE, Granularity.VARIABLE}
PATTERNS = ["", r"\b", r"^", r"$", r"\n", r"(?<=\.)\s", r"^\w+:", r".*", r"\Z", "a*", r"[.!?]\s*|^", r"\X", "(?s).+"]

BLANKS = ("\n", "\r\n", "\r", "\n\n", " ", "  ", "\t", "\v", "\x1c", "\x85", "\u2028", "\u3000")
MARKS = (
    "\u200b",
    "\u200d",
    "\ufeff",
    "\u0301",
    "e\u0301",
    "🙂",
    "👩\u200d👧",
    "<",
    "|",
    '"',
    ")",
    "」",
    "”",
    ".",
    "。",
)
SENTENCES = ("a", "B", "Dr. Who", "e.g. ", "3.5", "z. B. ", "The end. ", "Go. ", "why? ", "“Stop!” ", "你好。", "？")
SCRIPTS = ("है।", "نعم؟", "네. ", "ไทย", "ひらカタ")
STRUCTURE = (
    "- ",
    "* ",
    "2. ",
    "A) ",
    "# ",
    "---",
    "```",
    "~~~",
    "```py\n",
    "| x | y |\n",
    "{\n",
    '"k": 1',
    "[x]",
    "<b>",
)
LABELS = ("Q: ", "A: ", "Dish: ", "**Note:** ", "label: ", "菜：", "\nQ: a\nA: b\n\n")
EXAMPLES = ("<example>", "</example>", "## Example 1\n", "\n\n# Example\n", "\nExample 2:\n")

fragments = st.sampled_from(BLANKS + MARKS + SENTENCES + SCRIPTS + STRUCTURE + LABELS + EXAMPLES)
texts = st.one_of(st.lists(fragments, max_size=40).map("".join), st.text(max_size=40))
origins = st.sampled_from(
    [
        SCAFFOLDING,
        Origin(OriginKind.TEMPLATE, Place("t", 0, 9)),
        Origin(OriginKind.VALUE, Place("v", 0, 9), "dish"),
        Origin(OriginKind.VALUE, Place("v", 9, 12), "guests[0].likes"),
        Origin(OriginKind.EXPRESSION, Place("t", 3, 5)),
    ]
)


@st.composite
def source_maps(draw: st.DrawFn, length: int) -> SourceMap:
    cuts = draw(st.lists(st.integers(0, length), max_size=6))
    borders = sorted({0, length, *cuts})
    return SourceMap(tuple(Segment(start, end, draw(origins), exact=False) for start, end in pairwise(borders)))


@st.composite
def message_lists(draw: st.DrawFn, length: int) -> tuple[Message, ...]:
    borders = sorted(draw(st.lists(st.integers(0, length), max_size=6)))
    roles = ("user", "model")
    return tuple(
        Message(roles[index % 2], start, end)
        for index, (start, end) in enumerate(zip(borders[::2], borders[1::2], strict=False))
    )


@st.composite
def divisions(draw: st.DrawFn) -> Division:
    prompt, response = draw(texts), draw(texts)
    length = len(prompt) + len(response)
    cuts = sorted(draw(st.lists(st.integers(0, length), max_size=30)))
    repeated = [span for span in pairwise(cuts) for _ in range(1 + span[0] % 3)]
    return Division(
        prompt=prompt,
        response=response,
        source_map=draw(source_maps(len(prompt))),
        messages=draw(message_lists(len(prompt))),
        token_spans=tuple(repeated),
    )


def units_of(division: Division, granularity: Granularity, data: st.DataObject) -> tuple[Unit, ...]:
    pattern = data.draw(st.sampled_from(PATTERNS)) if granularity is Granularity.PATTERN else None
    return divide(division, granularity, pattern=pattern, language=data.draw(st.sampled_from(["en", "de-AT", "zh"])))


def scaffolding_of(division: Division) -> set[int]:
    segments = [segment for segment in division.source_map.segments if segment.origin == SCAFFOLDING]
    return {offset for segment in segments for offset in range(segment.start, segment.end)}


@pytest.mark.parametrize("granularity", Granularity)
@settings(max_examples=2500, deadline=None)
@given(division=divisions(), data=st.data())
def test_units_cover_the_text_once_in_order_and_straddle_no_border(
    granularity: Granularity, division: Division, data: st.DataObject
) -> None:
    units = units_of(division, granularity, data)
    assert_cover(units, division)
    assert_within_borders(units, division)
    assert_kinds(units, granularity)


def assert_cover(units: tuple[Unit, ...], division: Division) -> None:
    text = division.prompt + division.response
    covered = [offset for unit in units for offset in range(unit.start, unit.end)]
    assert covered == sorted(set(covered))
    scaffolding = scaffolding_of(division)
    assert scaffolding.isdisjoint(covered)
    non_blank = {offset for offset, character in enumerate(text) if not character.isspace()}
    assert non_blank - scaffolding <= set(covered)
    assert all(text[unit.start : unit.end].strip() == text[unit.start : unit.end] != "" for unit in units)


def assert_within_borders(units: tuple[Unit, ...], division: Division) -> None:
    end_of_prompt = len(division.prompt)
    borders = {border for message in division.messages for border in (message.start, message.end)} | {end_of_prompt}
    assert not [unit for unit in units if any(unit.start < border < unit.end for border in borders)]
    assert all(unit.part is (Part.PROMPT if unit.end <= end_of_prompt else Part.RESPONSE) for unit in units)


def assert_kinds(units: tuple[Unit, ...], granularity: Granularity) -> None:
    assert {unit.kind for unit in units if unit.part is Part.PROMPT} <= KINDS[granularity]
    of_response = Granularity.SENTENCE if granularity in OF_PROMPTS else granularity
    assert {unit.kind for unit in units if unit.part is Part.RESPONSE} <= KINDS[of_response]


@settings(max_examples=60, deadline=None)
@given(division=divisions())
def test_every_border_of_a_token_is_one_of_a_unit(division: Division) -> None:
    units = divide(division, Granularity.TOKEN)
    borders = {border for span in division.token_spans for border in span}
    assert not [unit for unit in units if any(unit.start < border < unit.end for border in borders)]
