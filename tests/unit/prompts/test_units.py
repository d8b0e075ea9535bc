"""Units at the granularities that need to know where text came from, and what ``divide`` refuses."""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence

import pytest

from prompt_salience.prompts.rendered import Message
from prompt_salience.prompts.source_map import SCAFFOLDING, Origin, OriginKind, Place, Segment, SourceMap
from prompt_salience.prompts.units import Division, Granularity, Part, PatternError, divide

LITERAL = Origin(OriginKind.TEMPLATE, Place("menu.j2", 0, 1))


def value(variable: str) -> Origin:
    return Origin(OriginKind.VALUE, Place("menu.values.yaml", 0, 1), variable)


def division_of(*parts: tuple[str, Origin] | str, response: str = "", **known: object) -> Division:
    """A division whose prompt is made of the parts; a part that is text alone stands in the template."""
    segments, prompt = [], ""
    for part in parts:
        text, origin = (part, LITERAL) if isinstance(part, str) else part
        segments.append(Segment(len(prompt), len(prompt) + len(text), origin, exact=False))
        prompt += text
    return Division(prompt, response, SourceMap(tuple(segments)), **known)


def divided(division: Division, granularity: Granularity, **options: str) -> list[tuple[str, str]]:
    text = division.prompt + division.response
    return [(unit.kind, text[unit.start : unit.end]) for unit in divide(division, granularity, **options)]


def texts_of(division: Division, granularity: Granularity, **options: str) -> list[str]:
    return [text for _, text in divided(division, granularity, **options)]


def test_a_sentence_ends_where_the_response_begins():
    division = division_of("Dish: Quiche\nAnalysis:", response=" it has eggs.\nRecommendation: Avoid it.")
    units = divide(division, Granularity.SENTENCE)
    assert [(unit.part, unit.kind) for unit in units] == [
        (Part.PROMPT, "label"),
        (Part.PROMPT, "label"),
        (Part.RESPONSE, "sentence"),
        (Part.RESPONSE, "label"),
    ]
    assert texts_of(division, Granularity.SENTENCE)[1:] == ["Analysis:", "it has eggs.", "Recommendation: Avoid it."]


@pytest.mark.parametrize("granularity", [Granularity.WORD, Granularity.LINE, Granularity.PARAGRAPH, Granularity.TOKEN])
def test_a_word_that_runs_on_into_the_response_is_cut_there(granularity: Granularity):
    division = division_of("Reco", response="mmendation", token_spans=((0, 14),))
    assert texts_of(division, granularity) == ["Reco", "mmendation"]


class TestTokens:
    def test_white_space_lies_in_no_unit(self):
        division = division_of("a  fish\n", token_spans=((0, 1), (1, 2), (2, 7), (7, 8)))
        assert divided(division, Granularity.TOKEN) == [("token", "a"), ("token", "fish")]

    def test_the_byte_tokens_of_a_character_are_one_unit(self):
        division = division_of("a🥧b", token_spans=((0, 1), (1, 2), (1, 2), (1, 2), (1, 2), (2, 3)))
        assert texts_of(division, Granularity.TOKEN) == ["a", "🥧", "b"]

    def test_text_in_no_token_is_a_unit_too(self):
        division = division_of("abc", token_spans=((0, 1), (2, 3)))
        assert texts_of(division, Granularity.TOKEN) == ["a", "b", "c"]


class TestMessages:
    def test_each_message_is_a_unit_called_by_its_role(self):
        division = division_of(
            ("<start>user\n", SCAFFOLDING),
            "Judge this. Be brief.",
            ("<end>\n<start>model\n", SCAFFOLDING),
            "Fine.",
            ("<end>\n<start>model\n", SCAFFOLDING),
            response="It has eggs. Avoid it.",
            messages=(Message("user", 12, 33), Message("model", 52, 57)),
        )
        assert divided(division, Granularity.MESSAGE) == [
            ("user", "Judge this. Be brief."),
            ("model", "Fine."),
            ("sentence", "It has eggs."),
            ("sentence", "Avoid it."),
        ]

    def test_neighbouring_messages_are_two_units(self):
        division = division_of("Hello you.", messages=(Message("user", 0, 5), Message("model", 5, 10)))
        assert divided(division, Granularity.MESSAGE) == [("user", "Hello"), ("model", "you.")]
        assert texts_of(division, Granularity.SENTENCE) == ["Hello", "you."]

    def test_text_outside_of_messages_has_no_role(self):
        division = division_of("user: Hi.\nmodel:", messages=(Message("user", 6, 9),))
        assert divided(division, Granularity.MESSAGE) == [("text", "user:"), ("user", "Hi."), ("text", "model:")]

    def test_a_prompt_without_messages_is_one_unit(self):
        assert divided(division_of("One.\n\nTwo."), Granularity.MESSAGE) == [("prompt", "One.\n\nTwo.")]


class TestVariables:
    def test_a_value_is_a_unit_and_the_text_around_it_is_divided_into_lines(self):
        division = division_of(
            "Be brief.\nDish: ", ("Quiche Lorraine", value("dish")), "\nAnalysis:", response=" Fine. Go on."
        )
        assert divided(division, Granularity.VARIABLE) == [
            ("text", "Be brief."),
            ("text", "Dish:"),
            ("variable", "Quiche Lorraine"),
            ("text", "Analysis:"),
            ("sentence", "Fine."),
            ("sentence", "Go on."),
        ]

    def test_neighbouring_segments_of_one_variable_are_one_unit(self):
        division = division_of(("Quiche ", value("dish")), ("Lorraine", value("dish")), ("rice", value("likes")))
        assert texts_of(division, Granularity.VARIABLE) == ["Quiche Lorraine", "rice"]

    def test_a_computed_text_is_a_unit_of_its_own(self):
        computed = Origin(OriginKind.EXPRESSION, Place("menu.j2", 8, 30))
        division = division_of("Dishes: ", ("12", computed), " in all")
        assert divided(division, Granularity.VARIABLE) == [
            ("text", "Dishes:"),
            ("expression", "12"),
            ("text", "in all"),
        ]


class TestPatterns:
    def test_matches_and_what_lies_between_them_are_units(self):
        division = division_of("Q: one A: two", response=" Q: three")
        assert divided(division, Granularity.PATTERN, pattern=r"[QA]:") == [
            ("match", "Q:"),
            ("text", "one"),
            ("match", "A:"),
            ("text", "two"),
            ("match", "Q:"),
            ("text", "three"),
        ]

    def test_an_empty_match_is_a_cut(self):
        division = division_of("Q: one\nA: two")
        assert divided(division, Granularity.PATTERN, pattern="^") == [("text", "Q: one"), ("text", "A: two")]

    def test_a_pattern_does_not_see_beyond_a_message(self):
        division = division_of("one two", messages=(Message("user", 0, 3), Message("model", 3, 7)))
        assert divided(division, Granularity.PATTERN, pattern=r"(?s)\A.+\Z") == [("match", "one"), ("match", "two")]

    @pytest.mark.parametrize(
        ("pattern", "position"),
        [("(a", 2), ("a**", 2), ("[", 1), ("ab\\", 3), (r"x(?:a{1000}){1000}", 5), ("(" * 5000 + ")" * 5000, None)],
    )
    def test_a_bad_pattern_is_refused_with_the_place_of_its_fault(self, pattern: str, position: int | None):
        with pytest.raises(PatternError) as caught:
            divide(division_of("a"), Granularity.PATTERN, pattern=pattern)
        assert caught.value.position == position
        assert str(caught.value) == caught.value.message != ""

    def test_a_missing_pattern_is_refused(self):
        with pytest.raises(PatternError, match="needs a regular expression"):
            divide(division_of("a"), Granularity.PATTERN)

    def test_a_pattern_that_takes_for_ever_is_stopped(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("prompt_salience.prompts.patterns.MATCHING_SECONDS", 0.05)
        with pytest.raises(PatternError, match=r"took more than 0\.05 seconds over 62 characters"):
            divide(division_of("a" * 60 + "cb"), Granularity.PATTERN, pattern="(?:a|aa)+b")


def test_a_source_map_of_another_prompt_is_refused():
    with pytest.raises(ValueError, match="a source map of 0 characters for a prompt of 4"):
        Division("Dish", "", SourceMap(()))


def test_nothing_has_no_units():
    for granularity in Granularity:
        assert divide(division_of(), granularity, pattern="x") == ()


LONG_TEXTS = {
    "prose": "The quick brown fox, e.g. Dr. Fox, jumps over 3.5 dogs. ",
    "Chinese quotations": "“你好。",
    "unended": "word ",
    "lines": "- Dish: Quiche\n  with eggs. And more\n\n",
    "stops": ".",
    "quotation marks": '"',
    "stars": "**a",
    "examples": "Q: one\nA: two\n\n",
    "open elements": "<example>\n",
    "blank": " \n",
}


@pytest.mark.parametrize("piece", LONG_TEXTS.values(), ids=LONG_TEXTS)
@pytest.mark.parametrize("granularity", [kind for kind in Granularity if kind is not Granularity.PATTERN])
def test_the_time_taken_grows_with_the_length_alone(granularity: Granularity, piece: str):
    assert seconds(granularity, piece, 40_000) < 40 * max(seconds(granularity, piece, 4_000), 0.001)


def seconds(granularity: Granularity, piece: str, length: int) -> float:
    division = long_division(piece * (length // len(piece)))
    # What other tests left behind for the garbage collector is none of this one's time.
    gc.disable()
    try:
        started = time.process_time()
        divide(division, granularity)
        return time.process_time() - started
    finally:
        gc.enable()


def long_division(prompt: str) -> Division:
    spans: Sequence[tuple[int, int]] = [(start, start + 3) for start in range(0, len(prompt), 3)]
    return division_of(prompt, token_spans=spans)
