"""Lines as editors see them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.editor.lines import Lines

TEXTS = st.text(st.sampled_from("ab \t\n\r\u2028\x0b🍳"), max_size=30)


@given(TEXTS)
def test_only_line_ends_end_a_line(text: str) -> None:
    lines = Lines(text)
    expected = re.split(r"\r\n|\r|\n", text)
    assert [text[start:end] for start, end in zip(lines.starts, lines.ends, strict=True)] == expected
    assert [text[start:end] for start, end in lines.inks] == [line.strip() for line in expected]


@given(TEXTS)
def test_every_offset_lies_on_the_line_that_holds_it(text: str) -> None:
    lines = Lines(text)
    for offset in range(len(text) + 1):
        line = lines.at(offset)
        assert lines.starts[line] <= offset
        assert offset < [*lines.starts[1:], len(text) + 1][line]


@pytest.mark.parametrize(
    ("start", "end", "expected"), [(0, 1, [0]), (0, 2, [0]), (0, 3, [0, 1]), (2, 2, [1]), (2, 9, [1, 2])]
)
def test_touched_lines(start: int, end: int, expected: list[int]) -> None:
    assert list(Lines("a\nb\ncdefg").touched(start, end)) == expected
