from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.prompts.decoding import decode, unreadable_character
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.problems import PromptError, Severity


@given(st.text(st.characters(exclude_characters="\0\ufeff", exclude_categories=["Cs"])), st.booleans())
def test_utf_8_is_read_with_or_without_a_byte_order_mark(text: str, mark: bool) -> None:
    assert decode("a.txt", text.encode("utf-8-sig" if mark else "utf-8")).text == text


@pytest.mark.parametrize(
    ("data", "offset"),
    [(b"\xff\xfea", 0), ("é🍳".encode() + b"\xffb", 2), (b"ab\0c", 2), ("é".encode() + b"\0\xff", 1), (b"a\xff\0", 1)],
)
def test_the_first_byte_that_is_no_text_is_told(data: bytes, offset: int) -> None:
    with pytest.raises(PromptError) as caught:
        decode("a.bin", data)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.path, problem.place.start) == ("unreadable-bytes", "a.bin", offset)


@given(st.text(st.characters(exclude_characters="\0\ufffd")), st.text(st.sampled_from("a\ufffd\0\n")))
def test_what_an_editor_read_is_told_at_the_first_character_that_is_no_text(before: str, after: str) -> None:
    assert unreadable_character(Document("a.txt", before)) is None
    problem = unreadable_character(Document("a.bin", before + "\ufffd" + after))
    assert problem
    assert (problem.place.start, problem.place.end) == (len(before), len(before) + 1)
    assert (problem.severity is Severity.ERROR) == ("\0" in after)
