"""Text that was put beside a range: it is found, and joins the range as far as it goes on with it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.editor.additions import MOST_ADDED, additions
from prompt_salience.editor.alignment import align
from prompt_salience.prompts.pieces import Divider, Piece
from prompt_salience.prompts.sentences import sentence_divider
from prompt_salience.prompts.words import words

SENTENCES = sentence_divider("en")
LINES = st.lists(st.sampled_from(["", "a b", "a c", "Foo. Bar.", "🍳", "Dish: soup"]), max_size=12).map("\n".join)
TEXTS = st.one_of(LINES, st.text(st.sampled_from("ab \n\r.🍳"), max_size=60))
DIVIDERS = st.sampled_from([SENTENCES, words])


def everything(_text: str, start: int, end: int) -> Iterator[Piece]:
    yield Piece(start, end, "all")


def joined(marked_old: str, new: str, divider: Divider = SENTENCES) -> list[str]:
    """What the ranges between ``[`` and ``]`` of the older text are in the newer one, with what was added to them."""
    borders, old = [], ""
    for character in marked_old:
        if character in "[]":
            borders.append(len(old))
        else:
            old += character
    alignment = align(old, new)
    starts, ends = np.array(borders[::2]), np.array(borders[1::2])
    found = additions(alignment, new).joined(starts, ends, alignment.moved_all(starts, ends), divider)
    return [new[start:end] for start, end in zip(found.starts.tolist(), found.ends.tolist(), strict=True)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[Be brief]\n", "Be brief and kind\n", ["Be brief and kind"]),
        ("[Be brief]\n", "Please: Be brief\n", ["Please: Be brief"]),
        ("[Be brief.]\n", "Be brief. Be kind.\n", ["Be brief."]),
        ("[Be brief]\n", "Be brief and kind. Be good.\n", ["Be brief and kind."]),
        ("[Be brief]\n", "Be brief, and\nbe good.\n", ["Be brief, and"]),
        ("[Be brief]\n", "Be brief\nand kind\n", ["Be brief"]),
        ("[Be brief]\n", "Be brief  \n", ["Be brief"]),
        ("[Be brief.] [Be good.]", "Be brief. Say why. Be good.", ["Be brief.", "Be good."]),
        ("[Be brief.] [Be good.]", "Be brief. And say why; Be good.", ["Be brief.", "And say why; Be good."]),
        ("[ab][cd]", "abxcd", ["abx", "cd"]),
    ],
)
def test_examples(old: str, new: str, expected: list[str]) -> None:
    assert joined(old, new) == expected


def test_between_two_that_touch_the_second_has_what_the_first_cannot() -> None:
    assert joined("[one.][two]", "one. three two", words) == ["one.", "two"]
    assert joined("[one.][two]", "one. threetwo", words) == ["one.", "threetwo"]


@pytest.mark.parametrize("divider", [words, everything])
def test_a_long_addition_is_looked_at_in_part(divider: Divider) -> None:
    (found,) = joined("[a]", "a" + "b" * 10 * MOST_ADDED, divider)
    assert len(found) == MOST_ADDED + 1


@given(TEXTS, TEXTS, st.lists(st.integers(0, 60), max_size=8), DIVIDERS)
def test_ranges_keep_their_order_and_gain_nothing_but_what_was_put_beside_them(
    old: str, new: str, cuts: list[int], divider: Divider
) -> None:
    alignment = align(old, new)
    borders = np.array(sorted({min(cut, len(old)) for cut in cuts}), dtype=np.int64)
    starts, ends = borders[:-1], borders[1:]
    now = alignment.moved_all(starts, ends)
    found = additions(alignment, new).joined(starts, ends, now, divider)
    inserted = {at for _, start, end in alignment.insertions() for at in range(start, end)}
    position = 0
    for start, end, first, last in zip(found.starts, found.ends, now.starts, now.ends, strict=True):
        if first < last:
            assert position <= start <= first < last <= end
            assert {*range(start, first), *range(last, end)} <= inserted
            assert not {"\n", "\r"} & {*new[start:first], *new[last:end]}
            position = end


@given(LINES, st.integers(0, 200), st.text(st.sampled_from("x y\n"), min_size=1, max_size=5))
def test_one_insertion_is_found(text: str, at: int, inserted: str) -> None:
    at = min(at, len(text))
    new = text[:at] + inserted + text[at:]
    ((old, start, end),) = align(text, new).insertions()
    assert new[:start] + new[end:] == text
    assert (old, end - start) == (start, len(inserted))


@given(st.lists(st.sampled_from(["Be brief", "Be kind", "Say why"]), min_size=1, max_size=4), st.integers(0, 3))
def test_words_typed_after_any_of_many_lines_are_part_of_that_line_alone(lines: list[str], typed: int) -> None:
    typed %= len(lines)
    marked = "\n".join(f"[{line}]" for line in lines)
    now = [line + " and so on" * (number == typed) for number, line in enumerate(lines)]
    assert joined(marked, "\n".join(now)) == now
