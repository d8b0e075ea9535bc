"""Few-shot examples and the question after them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.prompts.examples import examples
from prompt_salience.prompts.pieces import stripped
from prompt_salience.prompts.repetition import occurrences, repeated_sequence


def divided(text: str) -> list[tuple[str, str]]:
    pieces = stripped(text, examples(text, 0, len(text)))
    return [(piece.kind, text[piece.start : piece.end]) for piece in pieces]


def menu_example(likes: str, dish: str, analysis: str = " it is fine.", recommendation: str = "Go for it.") -> str:
    return (
        f"Guest likes: {likes}\n"
        "Guest avoids: doesn't like mushrooms\n"
        f"Dish: {dish}\n"
        f"Analysis:{analysis}\n"
        f"Recommendation: {recommendation}"
    )


MENU_QUESTION = "Guest likes: cheese\nGuest avoids: cannot eat eggs\nDish: Quiche\nAnalysis:"


@pytest.mark.parametrize("count", [1, 2, 3, 5])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_menu_prompt(count: int, line_end: str):
    shots = [menu_example("fish", f"Dish {number}") for number in range(count)]
    parts = ["You judge dishes on a menu for a guest.", "## Examples", *shots, "## Your turn", MENU_QUESTION]
    text = "\n\n".join(parts).replace("\n", line_end)
    kinds = ["text", "text", *["example"] * count, "text", "question"]
    assert divided(text) == [(kind, part.replace("\n", line_end)) for kind, part in zip(kinds, parts, strict=True)]


def test_questions_and_answers_without_blank_lines():
    assert divided("Q: one\nA: two\nQ: three\nA: four\nQ: five\nA:") == [
        ("example", "Q: one\nA: two"),
        ("example", "Q: three\nA: four"),
        ("question", "Q: five\nA:"),
    ]


def test_a_question_that_stops_before_the_answer():
    assert divided("Q: one\nA: two\n\nQ: three\nA: four\n\nQ: five")[-1] == ("question", "Q: five")


def test_examples_without_a_question():
    assert [kind for kind, _ in divided("Q: one\nA: two\n\nQ: three\nA: four")] == ["example", "example"]


def test_numbers_emphasis_and_bullets_do_not_tell_labels_apart():
    assert divided("1. **Q1:** one\n   **A1:** two\n2. **q2**: three\n   **A2:** four\n3. **Q3:** five") == [
        ("example", "1. **Q1:** one\n   **A1:** two"),
        ("example", "2. **q2**: three\n   **A2:** four"),
        ("question", "3. **Q3:** five"),
    ]


def test_labels_in_other_scripts():
    assert [kind for kind, _ in divided("问：一\n答：二\n\n问：三\n答：四\n\n问：五\n答：")] == [
        "example",
        "example",
        "question",
    ]


def test_wrapped_and_long_values_belong_to_their_example():
    assert divided(
        "Text: one\ntwo\n\nthree\nSum: a,\nb\n\nc\n\nText: four\nSum: d\n\nNow you.\n\nText: five\nSum:"
    ) == [
        ("example", "Text: one\ntwo\n\nthree\nSum: a,\nb\n\nc"),
        ("example", "Text: four\nSum: d"),
        ("text", "Now you."),
        ("question", "Text: five\nSum:"),
    ]


def test_an_instruction_with_a_label_of_the_examples_is_none():
    shots = "Dish: a\nGuest: b\nAnswer: c\n\nDish: d\nGuest: e\nAnswer: f"
    text = f"Answer: in one word.\n\n{shots}\n\nDish: g\nGuest: h\nAnswer:"
    assert divided(text) == [
        ("text", "Answer: in one word."),
        ("example", "Dish: a\nGuest: b\nAnswer: c"),
        ("example", "Dish: d\nGuest: e\nAnswer: f"),
        ("question", "Dish: g\nGuest: h\nAnswer:"),
    ]


def test_another_label_between_examples_does_not_hide_them():
    assert divided("Q: a\nA: b\n\nQ: c\nA: d\n\nNote: now you\n\nQ: e\nA:")[-2:] == [
        ("text", "Note: now you"),
        ("question", "Q: e\nA:"),
    ]


def test_headings_that_say_example():
    text = "Task\n\n### Example 1\nInput: a\nOutput: b\n\n### Example 2: hard\nInput: c\n\nOutput: d\n\nmore\n\n"
    assert divided(f"{text}### Your turn\nInput: e\nOutput:") == [
        ("text", "Task"),
        ("example", "### Example 1\nInput: a\nOutput: b"),
        ("example", "### Example 2: hard\nInput: c\n\nOutput: d\n\nmore"),
        ("text", "### Your turn"),
        ("question", "Input: e\nOutput:"),
    ]


def test_a_question_with_no_heading_of_its_own():
    text = "## Example 1\nInput: a\nOutput: b\n\n## Example 2\nInput: c\nOutput: d\n\nInput: e\nOutput:"
    assert divided(text)[1:] == [("example", "## Example 2\nInput: c\nOutput: d"), ("question", "Input: e\nOutput:")]


@pytest.mark.parametrize(
    "heading", ["## Beispiel {}", "**예시 {}**", "=== Contoh {} ===", "[Example {}]", "## 示例{}", "# مثال {}"]
)
def test_free_text_below_headings(heading: str):
    text = f"{heading.format(1)}\none\n\ntwo\n\n{heading.format(2)}\nthree\n"
    assert [kind for kind, _ in divided(text)] == ["example", "example"]


def test_an_example_ends_at_a_heading_of_the_same_level_only():
    text = "## Example 1\n### Input\na\n## Example 2\n### Input\nb\n## End\nc"
    assert divided(text) == [
        ("example", "## Example 1\n### Input\na"),
        ("example", "## Example 2\n### Input\nb"),
        ("text", "## End\nc"),
    ]


def test_headings_below_one_called_example():
    text = "# Example\n## Example 1\na\n## Example 2\nb\n# End"
    assert [kind for kind, _ in divided(text)] == ["text", "example", "example", "text"]


def test_elements():
    first = "<example>\nIn: a\nOut: b\n</example>"
    second = "<example id='2'>In: c\nOut: d</example>"
    text = f"Hi\n<examples>\n{first}\n\n{second}\n</examples>\n\nIn: e\nOut:"
    assert divided(text) == [
        ("text", "Hi\n<examples>"),
        ("example", first),
        ("example", second),
        ("text", "</examples>"),
        ("question", "In: e\nOut:"),
    ]


def test_an_element_that_is_not_closed_is_the_question():
    text = "<example_1>a</example_1>\n<example_2>b</example_2>\n<example_3>c"
    assert [kind for kind, _ in divided(text)] == ["example", "example", "question"]


def test_labels_with_example_for_a_name():
    assert divided("Example 1:\none\n\nExample 2:\ntwo\n\nBye") == [
        ("example", "Example 1:\none"),
        ("example", "Example 2:\ntwo"),
        ("text", "Bye"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Be brief.\n\nBe kind.",
        "Note: one\n\nText.\n\nNote: two",
        "Q: one\nA: two\n\nBe brief.",
        "### Example 1\none\n\n### Notes\ntwo",
        "<example>a</example>\n\nText.",
        "<document>\na\n</document>\n\n<document>\nb\n</document>",
        "```\nQ: one\nA: two\n\nQ: three\nA: four\n```",
    ],
)
def test_what_is_no_example(text: str):
    assert {kind for kind, _ in divided(text)} <= {"text"}


class TestRepeatedSequence:
    @pytest.mark.parametrize(
        ("names", "sequence"),
        [
            ("", ""),
            ("a", ""),
            ("ab", ""),
            ("aa", ""),
            ("aba", ""),
            ("abab", "ab"),
            ("xababy", "ab"),
            ("ababab", "ab"),
            ("abcab", "abc"),
            ("abca", ""),
            ("abcdeabcd", "abcde"),
            ("abxabcabcabc", "abc"),
            ("ababcab", "ab"),
            ("aabaab", "aab"),
        ],
    )
    def test_of_letters(self, names: str, sequence: str):
        assert "".join(repeated_sequence(names, [False] * len(names))) == sequence

    def test_one_label_that_means_example(self):
        assert repeated_sequence(["example", "example"], [True, True]) == ("example",)

    def test_examples_begin_where_something_new_does(self):
        assert repeated_sequence("cabcabcab", [True, *[True, False, False] * 3][:9]) == ("a", "b", "c")

    @given(st.text("abc", max_size=20), st.text("abc", min_size=1, max_size=3))
    def test_occurrences_do_not_overlap_and_leave_none_out(self, names: str, sequence: str):
        found = occurrences(names, tuple(sequence))
        assert len(found) == names.count(sequence)
        assert all(names[index:].startswith(sequence) for index in found)
