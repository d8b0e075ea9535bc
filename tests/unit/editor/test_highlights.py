"""Influence over syntax: never overlapping, never across a line, and nothing lost."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from explained_snapshots import LOOP, LOOP_PATH, edited, explained, loop, unexplained
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.editor.choices import Choices
from prompt_salience.editor.highlight import Highlight, Kind, Modifier
from prompt_salience.editor.highlights import highlights
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.tints import tints
from prompt_salience.engine_client.protocol import Method
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.units import Granularity
from scripted_engine import ScriptedEngine

ENGINE = ScriptedEngine(blame={"Onion": 40.0, "twice": 30.0})
SNAPSHOT = explained(*loop(), engine=ENGINE)
SIGNED = explained(*loop(), engine=ENGINE, choices=Choices(method=Method.GRAD_DOT_INPUT))
WORDS = explained(*loop(), engine=ENGINE, choices=Choices(method=Method.GRAD_L2, granularity=Granularity.WORD))
TAGS = tuple(Highlight(*found.span(), Kind.VARIABLE) for found in re.finditer(r"\{\{.*?\}\}|\{%.*?%\}", LOOP))


def shown(snapshot: Snapshot, syntax: tuple[Highlight, ...] = ()) -> list[tuple[str, Kind, tuple[Modifier, ...]]]:
    text = snapshot.documents[LOOP_PATH].text
    return [(text[h.start : h.end], h.kind, h.modifiers) for h in highlights(snapshot, LOOP_PATH, syntax)]


def test_syntax_stands_where_there_is_no_influence() -> None:
    assert highlights(unexplained(*loop()), LOOP_PATH, TAGS) == TAGS


def test_influence_stands_above_the_syntax_of_what_emitted_it() -> None:
    found = shown(SNAPSHOT, TAGS)
    assert ("Judge the dish for {{ guest.name|upper }}.", Kind.SALIENCE, (Modifier.LEVEL_1,)) in found
    loop_body = "- Dish {{ loop.index }}: {{ dish }} is on the menu."
    assert (loop_body, Kind.SALIENCE, (Modifier.LEVEL_5,)) in found
    assert ("{%- for dish in dishes %}", Kind.VARIABLE, ()) in found
    assert not any(kind is Kind.VARIABLE and "{{" in text for text, kind, _ in found)


def test_an_expression_of_level_0_keeps_its_syntax() -> None:
    weak = explained(*loop(), engine=ScriptedEngine(blame={"twice": 3000.0}))
    assert ("{{ guest.name|upper }}", Kind.VARIABLE, ()) in shown(weak, TAGS)


def test_of_syntax_between_tints_no_blank_is_left() -> None:
    text = SNAPSHOT.documents[LOOP_PATH].text
    line = Highlight(text.index("Take your time."), text.index("\n{% endif"), Kind.STRING)
    assert {kind for _, kind, _ in shown(SNAPSHOT, (line,))} == {Kind.SALIENCE}


def test_edited_units_are_stale_and_keep_their_level() -> None:
    found = shown(edited(SNAPSHOT, "Think twice.", "Think it over twice."))
    assert ("Think it over twice.", Kind.SALIENCE, (Modifier.LEVEL_4, Modifier.STALE)) in found


def test_signed_methods_support_and_oppose() -> None:
    kinds = {kind for _, kind, _ in shown(SIGNED)}
    assert kinds == {Kind.SUPPORTING, Kind.OPPOSING}


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_unit_of_several_lines_is_one_piece_a_line(line_end: str) -> None:
    text = line_end.join(("  One line of it", "   goes on here  ", "", "and\u2028ends here."))
    snapshot = explained(
        Document("a.txt", text), choices=Choices(method=Method.GRAD_L2, granularity=Granularity.MESSAGE)
    )
    found = highlights(snapshot, "a.txt", ())
    assert [text[h.start : h.end] for h in found] == ["One line of it", "goes on here", "and\u2028ends here."]


@given(
    st.sampled_from([SNAPSHOT, SIGNED, WORDS]),
    st.integers(0, len(LOOP)),
    st.integers(0, 12),
    st.text(st.sampled_from("ab. {}\n\r\t\u2028🍳"), max_size=8),
    st.lists(st.integers(0, len(LOOP) + 8), max_size=16, unique=True).map(sorted),
)
def test_pieces_never_overlap_nor_cross_a_line_and_cover_what_they_should(
    snapshot: Snapshot, at: int, cut: int, new: str, borders: list[int]
) -> None:
    text = LOOP[:at] + new + LOOP[at + cut :]
    snapshot = replace(snapshot, documents={**snapshot.documents, LOOP_PATH: Document(LOOP_PATH, text)})
    borders = [border for border in borders if border <= len(text)]
    syntax = tuple(Highlight(a, b, Kind.VARIABLE) for a, b in zip(borders[::2], borders[1::2], strict=False))
    found = highlights(snapshot, LOOP_PATH, syntax)
    position = 0
    for piece in found:
        assert position <= piece.start < piece.end <= len(text)
        assert not {"\n", "\r"} & set(text[piece.start : piece.end])
        position = piece.end
    kinds = {at: piece.kind for piece in found for at in range(piece.start, piece.end)}
    levels = {at: tint.level for tint in tints(snapshot, LOOP_PATH) for at in range(tint.start, tint.end)}
    in_syntax = {at for piece in syntax for at in range(piece.start, piece.end)}
    for offset, character in enumerate(text):
        expected = offset in in_syntax or bool(levels.get(offset))
        assert (kinds.get(offset) not in (None, Kind.VARIABLE)) <= bool(levels.get(offset))
        assert (offset in kinds) <= expected
        if expected and not character.isspace():
            assert (kinds[offset] is Kind.VARIABLE) == (not levels.get(offset))
