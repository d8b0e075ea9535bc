"""A prompt without a unit: the text that is left."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.prompts.document import Document
from prompt_salience.prompts.removal import without
from prompt_salience.prompts.rendered import Form, RenderedPrompt
from prompt_salience.prompts.rendering import render
from prompt_salience.prompts.template import parse_template
from prompt_salience.prompts.units import Division, Granularity, Part, divide

CHAT = "system:\nBe brief.\n\nuser:\nDish: pie\nDish: soup\nassistant:\nFine.\nuser:\nAgain?\n"


def rendered(text: str, path: str = "a.txt", form: Form | None = None) -> RenderedPrompt:
    return render(parse_template(Document(path, text)), form=form)


def left(prompt: RenderedPrompt, *removed: str) -> str:
    """What is left of a prompt without the first occurrence of each text."""
    spans = [(start, start + len(text)) for text in removed for start in [prompt.text.index(text)]]
    return without(prompt.text, prompt.source_map, prompt.messages, spans)


@pytest.mark.parametrize(
    ("text", "removed", "expected"),
    [
        ("One.\nTwo.\nThree.", "Two.", "One.\nThree."),
        ("One.\nTwo.\nThree.", "One.", "Two.\nThree."),
        ("One.\nTwo.\nThree.", "Three.", "One.\nTwo."),
        ("One.\n  Two. \nThree.", "Two.", "One.\nThree."),
        ("One.\n\nTwo.\n\nThree.", "Two.", "One.\n\nThree."),
        ("One.\n\nTwo.\nThree.", "Two.", "One.\n\nThree."),
        ("One.\nTwo.\n\nThree.", "Two.", "One.\n\nThree."),
        ("One.\n \nTwo.\n\t\n\nThree.", "Two.", "One.\n \nThree."),
        ("One.\n\nTwo.\n\n", "One.", "Two.\n\n"),
        ("One.\nTwo\nand three.\nFour.", "Two\nand three.", "One.\nFour."),
        ("One. Two. Three.", "Two.", "One. Three."),
        ("One. Two. Three.", "One.", "Two. Three."),
        ("  One. Two.", "One.", "  Two."),
        ("One. Two. \nThree.", "Two.", "One.\nThree."),
        ("Likes: fish\nDish: soup", "fish", "Likes:\nDish: soup"),
        ("A souffle today", "ffle", "A sou today"),
        ("A (souffle) today", "souffle", "A () today"),
        ("All of it", "All of it", ""),
    ],
)
def test_white_space_goes_with_a_unit_as_a_writer_would_have_it(text: str, removed: str, expected: str) -> None:
    assert left(rendered(text), removed) == expected


def test_units_that_follow_each_other_are_taken_out_as_one() -> None:
    assert left(rendered("One. Two.\nThree.\nFour."), "One.", "Two.") == "Three.\nFour."
    assert left(rendered("One. Two.\nThree.\nFour."), "One.", "Three.") == "Two.\nFour."


def test_turns_are_kept_also_where_nothing_is_said_in_them_any_more() -> None:
    chat = rendered(CHAT, "a.prompty", Form.CHAT)
    assert left(chat, "Fine.") == chat.text.replace("Fine.", "")
    assert left(chat, "Dish: soup") == chat.text.replace("\nDish: soup", "")
    assert left(chat, "Be brief.") == chat.text.replace("Be brief.", "")


def test_messages_without_turns_stay_apart() -> None:
    raw = rendered(CHAT, "a.prompty", Form.RAW)
    assert left(raw, "Dish: soup") == "Be brief.\n\nDish: pie\n\nFine.\n\nAgain?"


@given(st.text(alphabet="ab. \n\t", min_size=1).filter(str.strip), st.sampled_from(["word", "sentence", "line"]))
def test_no_other_text_is_lost_or_joined(text: str, granularity: str) -> None:
    prompt = rendered(text)
    division = Division(prompt.text, "", prompt.source_map, prompt.messages)
    for unit in divide(division, Granularity(granularity)):
        assert unit.part is Part.PROMPT
        found = without(prompt.text, prompt.source_map, prompt.messages, [(unit.start, unit.end)])
        before, after = prompt.text[: unit.start], prompt.text[unit.end :]
        assert re.sub(r"\s", "", found) == re.sub(r"\s", "", before + after)
        assert found.split() == (before + after if _touching(before, after) else f"{before} {after}").split()


def _touching(before: str, after: str) -> bool:
    """Whether the unit stood between the two without any white space."""
    return not before[-1:].isspace() and not after[:1].isspace()
