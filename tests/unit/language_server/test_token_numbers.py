"""Tokens as numbers: relative, and as a difference that gives the same when it is applied."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from prompt_salience.editor.highlight import Highlight, Kind, Modifier
from prompt_salience.language_server.positions import Lines
from prompt_salience.language_server.semantic_tokens import LEGEND, SemanticTokens, encoded

URI = "file:///menu.j2"
rows = st.lists(st.integers(0, 3), min_size=5, max_size=5)
token_data = st.lists(rows, max_size=12).map(lambda found: [number for row in found for number in row])


def applied(data: list[int], edits: list[types.SemanticTokensEdit]) -> list[int]:
    now = list(data)
    for edit in sorted(edits, key=lambda one: one.start, reverse=True):
        now[edit.start : edit.start + edit.delete_count] = edit.data or []
    return now


@given(before=token_data, after=token_data)
def test_a_difference_makes_the_new_tokens_of_the_old(before: list[int], after: list[int]):
    tokens = SemanticTokens()
    first = tokens.whole(URI, before)
    found = tokens.difference(URI, first.result_id, after)
    assert isinstance(found, types.SemanticTokensDelta)
    assert applied(before, found.edits) == after
    assert bool(found.edits) == (before != after)
    assert all(edit.start % 5 == edit.delete_count % 5 == 0 for edit in found.edits)


@given(head=token_data, tail=token_data, old=rows, new=rows)
def test_a_difference_says_no_more_than_what_differs(head: list[int], tail: list[int], old: list[int], new: list[int]):
    tokens = SemanticTokens()
    first = tokens.whole(URI, head + old + tail)
    found = tokens.difference(URI, first.result_id, head + new + tail)
    assert isinstance(found, types.SemanticTokensDelta)
    assert sum(len(edit.data or ()) for edit in found.edits) == (0 if old == new else 5)


def test_who_refers_to_nothing_that_is_known_gets_the_whole():
    tokens = SemanticTokens()
    first = tokens.whole(URI, [0, 0, 1, 0, 0])
    other = tokens.whole("file:///other.j2", [])
    for unknown in ("", "no id", other.result_id):
        found = tokens.difference(URI, unknown, [1, 0, 1, 0, 0])
        assert isinstance(found, types.SemanticTokens)
        assert found.data == [1, 0, 1, 0, 0]
    assert isinstance(tokens.difference(URI, first.result_id, []), types.SemanticTokens)
    tokens.forget("file:///other.j2")
    assert isinstance(tokens.difference("file:///other.j2", other.result_id, []), types.SemanticTokens)


def test_tokens_are_relative_to_the_one_before():
    text = "a😀b\n\ncd"
    found = encoded(
        [
            Highlight(0, 1, Kind.VARIABLE, ()),
            Highlight(1, 2, Kind.SALIENCE, (Modifier.LEVEL_1, Modifier.STALE)),
            Highlight(2, 3, Kind.VARIABLE, ()),
            Highlight(6, 7, Kind.KEYWORD, ()),
        ],
        Lines(text),
    )
    kinds, modifiers = LEGEND.token_types, LEGEND.token_modifiers
    bits = 1 << modifiers.index(Modifier.LEVEL_1) | 1 << modifiers.index(Modifier.STALE)
    assert [found[index : index + 5] for index in range(0, len(found), 5)] == [
        [0, 0, 1, kinds.index(Kind.VARIABLE), 0],
        [0, 1, 2, kinds.index(Kind.SALIENCE), bits],
        [0, 2, 1, kinds.index(Kind.VARIABLE), 0],
        [2, 1, 1, kinds.index(Kind.KEYWORD), 0],
    ]
    assert encoded([], Lines(text)) == []
