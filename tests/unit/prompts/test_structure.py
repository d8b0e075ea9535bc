"""What a line is, and which lines are read together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.prompts.structure import LineKind, blocks, line_texts, lines, paragraphs


def kinds(text: str) -> list[str]:
    return [line.kind.value for line in lines(text, 0, len(text))]


def block_texts(text: str) -> list[str]:
    return [text[block.start : block.end] for block in blocks(text, 0, len(text))]


def paragraph_texts(text: str) -> list[str]:
    return [text[piece.start : piece.end] for piece in paragraphs(text, 0, len(text))]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("", "blank"),
        (" \t\u3000", "blank"),
        ("Plain words.", "prose"),
        ("# Title", "heading"),
        ("###", "rule"),
        ("##", "heading"),
        ("#hashtag", "prose"),
        ("**The rules**", "heading"),
        ("**Bold** and **bold**", "prose"),
        ("=== Part two ===", "heading"),
        ("-- Part two --", "heading"),
        ("---", "rule"),
        ("* * *", "rule"),
        ("--", "prose"),
        ("| dish | guest |", "row"),
        ("| one bar", "prose"),
        ("<doc>", "tag"),
        ('<doc id="1">Some text', "tag"),
        ("</doc>", "tag"),
        ("<|im_start|>user", "tag"),
        ("[Instructions]", "tag"),
        ("a < b > c", "prose"),
        ("{", "code"),
        ("],", "code"),
        ('"dish": "Quiche",', "code"),
        ('{"dish": "Quiche"}', "code"),
        ('"Yes," she said', "prose"),
        ("- Be brief", "bullet"),
        ("  • Be brief", "bullet"),
        ("12. Be brief", "bullet"),
        ("(a) Be brief", "bullet"),
        ("B) Be brief", "bullet"),
        ("-5 degrees", "prose"),
        ("3.5 litres", "prose"),
        ("네. 좋아요", "prose"),
        ("Dish: Quiche", "label"),
        ("Dish:", "label"),
        ("Guest's likes (all): fish", "label"),
        ("**Dish:** Quiche", "label"),
        ("**Dish**: Quiche", "label"),
        ("菜品：法式咸派", "label"),
        ("菜品:法式咸派", "label"),
        ("요리: 키슈", "label"),
        ("व्यंजन: क्विच", "label"),
        ("الطبق: كيش", "label"),
        ("https://example.com/menu", "prose"),
        ("10:30", "prose"),
        ("12: noon", "prose"),
        ("std::vector", "prose"),
        ("One two three four five six: seven", "prose"),
        ("It was said. Then: nothing", "prose"),
    ],
)
def test_how_a_line_begins_says_what_it_is(line: str, kind: str):
    assert kinds(f"{line}\n") == [kind]


@pytest.mark.parametrize(
    ("line", "label", "body"),
    [
        ("Dish: Quiche", "Dish", "Quiche"),
        ("  **Guest likes:** fish", "Guest likes", "fish"),
        ("- Dish: Quiche", "Dish", "Quiche"),
        ("2. **Q2**: why", "Q2", "why"),
        ("菜品：法式咸派", "菜品", "法式咸派"),
        ("- Be brief", "", "Be brief"),
        ("<doc>text", "", "text"),
        ("Analysis:", "Analysis", ""),
    ],
)
def test_label_and_body_of_a_line(line: str, label: str, body: str):
    (found,) = lines(line, 0, len(line))
    assert (found.label, line[found.body : found.end]) == (label, body)


def test_lines_end_where_an_editor_ends_them():
    text = "one\r\ntwo\rthree\nfour\u2028still\x85still\x0cstill"
    assert [text[piece.start : piece.end] for piece in line_texts(text, 0, len(text))] == [
        "one",
        "two",
        "three",
        "four\u2028still\x85still\x0cstill",
    ]


@given(st.text("ab\r\n\u2028 ", max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_lines_cover_their_range_without_gap(text: str, first: int, second: int):
    start, end = sorted((min(first, len(text)), min(second, len(text))))
    position = start
    for line in lines(text, start, end):
        assert line.start == position < line.end
        position = line.end
    assert position == end


class TestFences:
    def test_everything_inside_is_code(self):
        assert kinds("```python\n# no heading\n\n- no bullet\n```\n# Heading\n") == ["code"] * 5 + ["heading"]

    def test_a_fence_is_closed_by_a_mark_as_long_as_its_own(self):
        assert kinds("````\n```\n````\ntext\n") == ["code", "code", "code", "prose"]
        assert kinds("~~~\n```\n~~~\ntext\n") == ["code", "code", "code", "prose"]

    def test_a_mark_with_text_after_it_closes_nothing(self):
        assert kinds("```\n```python\n```\ntext\n") == ["code", "code", "code", "prose"]

    def test_code_within_a_line_opens_no_fence(self):
        assert kinds("```x = 1``` is code\ntext\n") == ["prose", "prose"]

    def test_a_fence_that_is_not_closed_runs_to_the_end(self):
        assert kinds("text\n```\nx = 1\n\n# y") == ["prose", "code", "code", "code", "code"]

    def test_a_blank_line_inside_parts_no_paragraph(self):
        assert paragraph_texts("Code:\n```\na\n\nb\n```\n\nText.\n\n\n") == ["Code:\n```\na\n\nb\n```\n", "Text.\n"]


class TestBlocks:
    def test_wrapped_prose_is_one_block(self):
        assert block_texts("one\ntwo\n\nthree\n") == ["one\ntwo\n", "three\n"]

    @pytest.mark.parametrize("wrapped", ["2. Mai kam er\n", "B. Franklin said\n", "namely: fish\n"])
    def test_prose_is_not_torn_by_what_looks_like_a_list(self, wrapped: str):
        assert block_texts(f"It was on the\n{wrapped}") == [f"It was on the\n{wrapped}"]

    @pytest.mark.parametrize(
        "opening", ["1. First\n", "A. Paris\n", "A) Paris\n", "- Fish\n", "Dish: Quiche\n", "# Next\n"]
    )
    def test_structure_ends_prose(self, opening: str):
        assert block_texts(f"Choose one\n{opening}") == ["Choose one\n", opening]

    def test_wrapped_lines_belong_to_their_bullet(self):
        text = "1. one\n   Wrapped\n2. two\nwrapped\n- three\nNot wrapped\n"
        assert block_texts(text) == ["1. one\n   Wrapped\n", "2. two\nwrapped\n", "- three\n", "Not wrapped\n"]

    def test_a_label_without_value_stands_alone(self):
        assert block_texts("Analysis:\nit has eggs\n") == ["Analysis:\n", "it has eggs\n"]

    def test_a_wrapped_value_belongs_to_its_label(self):
        assert block_texts("Analysis: it has eggs,\nwhich he avoids\nDish: x\n") == [
            "Analysis: it has eggs,\nwhich he avoids\n",
            "Dish: x\n",
        ]

    def test_a_blank_line_ends_every_block(self):
        assert block_texts("- one\n\n  two\n") == ["- one\n", "  two\n"]

    def test_a_block_has_the_kind_of_its_first_line(self):
        text = "- one\n  two\n"
        assert [block.kind for block in blocks(text, 0, len(text))] == [LineKind.BULLET]
