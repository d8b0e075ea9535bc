"""Text that was not touched is found again, to the character; what was touched is known to be."""

from __future__ import annotations

import random
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.editor.alignment import Moved, align

TEXTS = st.text(st.sampled_from("ab \n\r.🍳"), max_size=60)
LINES = st.lists(st.sampled_from(["", "a b", "a c", "Foo. Bar.", "🍳", "Dish: soup"]), max_size=12).map("\n".join)


def moved(marked_old: str, new: str) -> tuple[str, bool] | None:
    """Where the text between ``[`` and ``]`` stands in ``new``, and whether it changed."""
    start, end = marked_old.index("["), marked_old.index("]") - 1
    old = marked_old.replace("[", "").replace("]", "")
    found = align(old, new).moved(start, end)
    return (new[found.start : found.end], found.changed) if found else None


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Foo. [Bar.]", "Foo. Baz. Bar.", ("Bar.", False)),
        ("[Foo.] Bar.", "Foo. Baz. Bar.", ("Foo.", False)),
        ("[Foo.]\nBar.", "Foo.\nFoo.\nBar.", ("Foo.", False)),
        ("a [very] good", "a very very good", ("very", False)),
        ("[Foo bar.] Baz.", "Foo, bar. Baz.", ("Foo, bar.", True)),
        ("[Foo bar.] Baz.", "bar. Baz.", ("bar.", True)),
        ("Count: [5]\n", "Count: 6\n", ("6", True)),
        ("[Foo.] Bar. Baz.", "Qux Baz.", None),
        ("Foo. [Bar.]", "Foo. ", None),
        ("Foo. [Bar.] Baz.", "Foo. Bax.", ("Ba", True)),
        ("[Foo]bar.", "Fooxbar.", ("Foo", False)),
        ("one\n[two]\nthree\nfour", "One\ntwo\nthree\nfive", ("two", False)),
        ("one\ntwo\n[three]\nfour\nfive", "One\nthree\ntwo\nfour\nfivE", ("three", False)),
        ("[]a", "a", None),
        ("One a. [Two b.] Three c.", "One. Two b. Three.", ("Two b.", False)),
        ("Take your time. [Think twice.]", "Think thrice.", ("Think thrice.", True)),
        ("[Take your time.] Think twice.", "Think thrice.", None),
    ],
)
def test_examples(old: str, new: str, expected: tuple[str, bool] | None) -> None:
    assert moved(old, new) == expected


@given(st.one_of(TEXTS, LINES), st.one_of(TEXTS, LINES))
def test_blocks_are_equal_text_in_order(old: str, new: str) -> None:
    position = (0, 0)
    for block in align(old, new).blocks:
        assert block.size > 0
        assert (block.old, block.new) >= position
        assert block.old >= position[0]
        assert block.new >= position[1]
        assert old[block.old : block.old + block.size] == new[block.new : block.new + block.size]
        position = (block.old + block.size, block.new + block.size)
    assert position <= (len(old), len(new))


@given(st.one_of(TEXTS, LINES), st.one_of(TEXTS, LINES), st.lists(st.integers(0, 60), max_size=8))
def test_ranges_keep_their_order_and_what_is_unchanged_is_equal(old: str, new: str, cuts: list[int]) -> None:
    alignment = align(old, new)
    borders = sorted({min(cut, len(old)) for cut in cuts})
    position = 0
    for start, end in pairwise(borders):
        found = alignment.moved(start, end)
        if found is None:
            continue
        assert position <= found.start < found.end <= len(new)
        if not found.changed:
            assert old[start:end] == new[found.start : found.end]
        position = found.end


@given(TEXTS, st.integers(0, 60), st.integers(0, 60))
def test_the_same_text_moves_nothing(text: str, start: int, size: int) -> None:
    alignment = align(text, text)
    end = min(start + size, len(text))
    assert alignment.identical
    assert alignment.moved(start, end) == (Moved(start, end, changed=False) if start < end else None)


@given(st.one_of(TEXTS, LINES), st.one_of(TEXTS, LINES))
def test_only_the_same_text_is_identical(old: str, new: str) -> None:
    assert align(old, new).identical == (old == new)
    assert align(old, old + new).identical == (not new)
    assert align(old + new, old).identical == (not new)


@given(LINES, st.integers(0, 200), st.text(st.sampled_from("xyz"), min_size=1, max_size=5))
def test_one_insertion_changes_only_what_it_stands_in(text: str, at: int, inserted: str) -> None:
    at = min(at, len(text))
    alignment = align(text, text[:at] + inserted + text[at:])
    for start in range(len(text)):
        for end in range(start + 1, min(start + 4, len(text)) + 1):
            found = alignment.moved(start, end)
            assert found is not None
            assert found.changed == (start < at < end)


def test_scattered_edits_leave_every_other_line_exact() -> None:
    lines = [f"Line {number} says {number * 7}." for number in range(200)]
    edited = list(lines)
    for number in (3, 4, 90, 150):
        edited[number] = edited[number].replace("says", "said")
    del edited[120]
    edited.insert(40, "A new line.")
    old, new = "\n".join(lines), "\n".join(edited)
    alignment = align(old, new)
    for number, line in enumerate(lines):
        start = old.index(line)
        found = alignment.moved(start, start + len(line))
        if number == 120:
            assert found is None or found.end - found.start < len(line)
        else:
            assert found is not None
            assert found.changed == (number in (3, 4, 90, 150))
            assert new[found.start : found.end] == line.replace("says", "said" if found.changed else "says")


@pytest.mark.parametrize("vocabulary", [2, 40, 100_000])
def test_thousands_of_changed_lines_take_bounded_time(vocabulary: int) -> None:
    choose = random.Random(7)
    old, new = ("\n".join(f"line {choose.randrange(vocabulary)}" for _ in range(2000)) for _ in range(2))

    def seconds() -> float:
        begun = process_time()
        align(old, new)
        return process_time() - begun

    # A busy machine slows down one attempt, seldom three; work that grows with the square takes ten times as long.
    assert min(seconds() for _ in range(3)) < 0.3
