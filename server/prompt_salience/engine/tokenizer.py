"""Text to tokens and back, with the place of every token.

Decisions:
- SentencePiece alone decides what the tokens are: a piece such as ``<start_of_turn>`` that the model's vocabulary
  declares as user-defined is one token also when it was typed; control pieces such as ``<bos>`` cannot be typed.
- Offsets are code points. The byte tokens of one character all stand for that character.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import sentencepiece

from prompt_salience.engine_client.protocol import EngineError, Token

_SPACE = "▁"


class Tokenizer:
    """A SentencePiece model. ``start_id`` is the id of ``<bos>``, ``stop_ids`` those that end a response."""

    def __init__(self, proto: bytes, more_stop_ids: Iterable[int] = ()) -> None:
        self._pieces = sentencepiece.SentencePieceProcessor(model_proto=proto)
        self.vocabulary_size: int = self._pieces.vocab_size()
        self.start_id: int = self._pieces.bos_id()
        usual = self._ids_of("<eos>", "<end_of_turn>")
        self.stop_ids = frozenset({self._pieces.eos_id(), *usual, *more_stop_ids})

    @classmethod
    def read(cls, path: Path, more_stop_ids: Iterable[int] = ()) -> Tokenizer:
        """Read the file of a SentencePiece model; ``more_stop_ids`` end a response beside those it always has."""
        return cls(path.read_bytes(), more_stop_ids)

    def _ids_of(self, *pieces: str) -> Iterable[int]:
        ids = (self._pieces.piece_to_id(piece) for piece in pieces)
        return (found for found in ids if found != self._pieces.unk_id())

    @property
    def start_token(self) -> Token:
        """The ``<bos>`` token, which stands for no text."""
        return Token(self.start_id, self._pieces.id_to_piece(self.start_id), 0, 0, special=True)

    def tokens(self, text: str) -> tuple[Token, ...]:
        """The tokens of a text, in order, without ``<bos>``.

        Raises:
            EngineError: the text holds a lone half of a surrogate pair, which no encoding of Unicode allows.
        """
        _check_encodable(text)
        mapping = self._pieces.encode(text, return_type="offset_mapping")
        spans = _whole_characters(mapping["offsets"])
        return tuple(
            Token(token_id, text[start:end], start, end)
            for token_id, (start, end) in zip(mapping["ids"], spans, strict=True)
        )

    def written_bytes(self, token_id: int) -> bytes | None:
        """What a byte token adds to the text; None for a token that is no byte token."""
        if self.is_special(token_id) or not self._pieces.is_byte(token_id):
            return None
        return bytes([int(self._pieces.id_to_piece(token_id)[3:5], 16)])

    def written_text(self, token_id: int) -> str:
        """What a token that is no byte token adds to the text; nothing for control tokens."""
        if self.is_special(token_id):
            return ""
        if self._pieces.is_unknown(token_id):
            return str(self._pieces.decode([token_id]))
        return str(self._pieces.id_to_piece(token_id)).replace(_SPACE, " ")

    def is_special(self, token_id: int) -> bool:
        """Whether a token stands for no text: a control piece, or an id that only the model has."""
        return token_id >= self.vocabulary_size or bool(self._pieces.is_control(token_id))


def _check_encodable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        message = (
            f"Character {error.start:,} of the text is half of a surrogate pair ({text[error.start]!r}) and cannot be "
            "encoded. Save the file as valid UTF-8, or delete the character."
        )
        raise EngineError(message) from error


def _whole_characters(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give the leading byte tokens of a character, which SentencePiece leaves empty, the range of their last."""
    whole, following = [], (0, 0)
    for start, end in reversed(spans):
        if start < end:
            following = (start, end)
        whole.append(following if following[0] == start else (start, end))
    return whole[::-1]
