"""Tokens, their places, and the text they write."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from presets import tokenizer_proto

from prompt_salience.engine.response_text import ResponseText, clipped
from prompt_salience.engine.tokenizer import Tokenizer
from prompt_salience.engine_client.protocol import EngineError, Token

TOKENIZER = Tokenizer(tokenizer_proto())
TEXTS = st.text(st.one_of(st.sampled_from("the cat\n \t<>é😀▁"), st.characters(exclude_categories=["Cs"])), max_size=40)
IDS = st.lists(st.integers(0, TOKENIZER.vocabulary_size + 5), max_size=20)


def byte_ids(text: str | bytes) -> list[int]:
    data = text.encode() if isinstance(text, str) else text
    return [TOKENIZER._pieces.piece_to_id(f"<0x{byte:02X}>") for byte in data]


def written(ids: list[int]) -> ResponseText:
    response = ResponseText(TOKENIZER)
    for token_id in ids:
        response.add(token_id)
    response.finish()
    return response


@given(TEXTS)
def test_tokens_cover_the_text_in_order(text: str) -> None:
    tokens = TOKENIZER.tokens(text)
    covered = 0
    for token in tokens:
        assert token.start in {covered, covered - 1}, "a token continues the text, or is another byte of one character"
        assert token.end > token.start
        assert token.text == text[token.start : token.end]
        covered = token.end
    assert covered == len(text)
    assert all(earlier.start <= later.start for earlier, later in pairwise(tokens))


@given(TEXTS)
def test_a_token_stands_for_its_piece_or_is_a_byte_of_its_character(text: str) -> None:
    for token in TOKENIZER.tokens(text):
        byte = TOKENIZER.written_bytes(token.id)
        if byte is None:
            assert token.text.replace("▁", " ") == TOKENIZER.written_text(token.id)
        else:
            assert token.end - token.start == 1
            assert byte in token.text.encode()


@given(TEXTS)
def test_what_the_tokens_of_a_text_write_is_the_text(text: str) -> None:
    """SentencePiece writes its own space mark as a space."""
    tokens = TOKENIZER.tokens(text)
    response = written([token.id for token in tokens])
    assert response.text == text.replace("▁", " ")
    assert [(token.start, token.end) for token in response.tokens] == [(token.start, token.end) for token in tokens]


@given(IDS)
def test_any_ids_write_a_text_that_their_tokens_cover(ids: list[int]) -> None:
    response = written(ids)
    assert [token.id for token in response.tokens] == ids
    covered = 0
    for token in response.tokens:
        assert token.text == response.text[token.start : token.end]
        assert token.start in {covered, covered - 1}
        assert token.special == (token.start == token.end)
        covered = token.end
    assert covered == len(response.text)


@given(IDS)
def test_text_that_was_shown_never_changes(ids: list[int]) -> None:
    response, shown = ResponseText(TOKENIZER), ""
    for token_id in ids:
        response.add(token_id)
        assert response.text.startswith(shown)
        shown = response.text


@given(IDS, st.integers(0, 30))
def test_clipped_tokens_cover_the_beginning_they_are_clipped_to(ids: list[int], length: int) -> None:
    response = written(ids)
    text = response.text[:length]
    tokens = clipped(tuple(response.tokens), text)
    assert [token.id for token in tokens] == ids[: len(tokens)]
    assert max((token.end for token in tokens), default=0) == len(text)
    assert all(token.text == text[token.start : token.end] for token in tokens)


def test_a_character_of_several_bytes_waits_for_its_last() -> None:
    response = ResponseText(TOKENIZER)
    for token_id in byte_ids("😀")[:3]:
        response.add(token_id)
        assert (response.text, response.tokens) == ("", [])
    response.add(byte_ids("😀")[3])
    assert response.text == "😀"
    assert {(token.start, token.end) for token in response.tokens} == {(0, 1)}
    assert len(response.tokens) == 4


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xe2\x82", "�"),
        (b"\xff", "�"),
        (b"\xe2a", "�a"),
        (b"\xe2\xc3\xa9", "�é"),
        (b"\xc3\xa9\x80", "é�"),
        (b"\n", "\n"),
    ],
)
def test_bytes_that_make_no_character_become_a_replacement(data: bytes, text: str) -> None:
    assert written(byte_ids(data)).text == text


def test_user_defined_pieces_are_tokens_when_typed_and_control_pieces_are_not() -> None:
    turn, *rest = TOKENIZER.tokens("<start_of_turn><bos>")
    assert (turn.text, turn.start, turn.end, turn.special) == ("<start_of_turn>", 0, 15, False)
    assert TOKENIZER.start_id not in {token.id for token in rest}


def test_the_start_token_stands_for_no_text() -> None:
    assert TOKENIZER.start_token == Token(2, "<bos>", 0, 0, special=True)


def test_a_response_ends_at_the_end_of_text_and_of_a_turn() -> None:
    turn_end = TOKENIZER.tokens("<end_of_turn>")[0].id
    assert TOKENIZER.stop_ids == {1, turn_end}


def test_half_a_surrogate_pair_is_an_error_that_says_where() -> None:
    with pytest.raises(EngineError, match="Character 2 of the text"):
        TOKENIZER.tokens("ab\ud800")
