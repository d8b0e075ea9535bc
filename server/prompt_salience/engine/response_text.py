"""The text of a response as it grows, token by token.

Decisions:
- Byte tokens wait until they make a character: text that was shown never changes. All of them get its range.
- Bytes that can make no character, and those left when the response ends, become U+FFFD.
"""

from __future__ import annotations

from dataclasses import replace

from prompt_salience.engine.tokenizer import Tokenizer
from prompt_salience.engine_client.protocol import Token

_NO_CHARACTER = "\N{REPLACEMENT CHARACTER}"


class ResponseText:
    """Tokens and text so far. ``tokens`` covers ``text``; ids whose character is not complete are in neither."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._waiting: list[tuple[int, bytes]] = []
        self.tokens: list[Token] = []
        self.text = ""

    def add(self, token_id: int) -> None:
        """Append a token that the model wrote."""
        byte = self._tokenizer.written_bytes(token_id)
        if byte is not None:
            self._add_byte(token_id, byte)
            return
        self.finish()
        special = self._tokenizer.is_special(token_id)
        self._append((token_id,), self._tokenizer.written_text(token_id), special=special)

    def finish(self) -> None:
        """Settle bytes that no other byte will follow."""
        if self._waiting:
            self._append(tuple(waiting for waiting, _ in self._waiting), _NO_CHARACTER)
            self._waiting = []

    def _add_byte(self, token_id: int, byte: bytes) -> None:
        before = b"".join(waiting for _, waiting in self._waiting)
        if before and not _may_begin_character(before + byte):
            self.finish()
        self._waiting.append((token_id, byte))
        together = b"".join(waiting for _, waiting in self._waiting)
        if _is_character(together):
            self._append(tuple(waiting for waiting, _ in self._waiting), together.decode())
            self._waiting = []
        elif not _may_begin_character(together):
            self.finish()

    def _append(self, token_ids: tuple[int, ...], text: str, *, special: bool = False) -> None:
        start = len(self.text)
        self.text += text
        self.tokens += [Token(token_id, text, start, len(self.text), special) for token_id in token_ids]


def clipped(tokens: tuple[Token, ...], text: str) -> tuple[Token, ...]:
    """The tokens that stand for some of ``text``, a beginning of the response; the last may lose characters."""
    kept = (token for token in tokens if token.start < len(text) or (token.special and token.end <= len(text)))
    return tuple(_shortened(token, len(text)) for token in kept)


def _shortened(token: Token, end: int) -> Token:
    if token.end <= end:
        return token
    return replace(token, text=token.text[: end - token.start], end=end)


def _is_character(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _may_begin_character(data: bytes) -> bool:
    """Whether ``data`` is a character or can become one."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True
