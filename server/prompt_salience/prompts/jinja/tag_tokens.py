"""The words and signs inside one tag, in any text, however broken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from prompt_salience.prompts.jinja.tags import STRING, Tag


class TokenKind(StrEnum):
    """What a token is."""

    NAME = "name"
    STRING = "string"
    NUMBER = "number"
    OPERATOR = "operator"


class Token(NamedTuple):
    """The word or sign ``text``, at ``start:end``."""

    kind: TokenKind
    start: int
    end: int
    text: str


KINDS = {kind.value: kind for kind in TokenKind}
TOKEN = re.compile(
    rf"(?P<string>{STRING}|(?<!\\)['\"][^\r\n]*+)"
    r"|(?P<number>(?<![\w.])\d[\d_]*+(?:\.\d[\d_]*+)?(?:[eE][+-]?\d++)?(?!\w)|(?<![\w.])0[xXbBoO][\da-fA-F_]++)"
    r"|(?P<name>\w++)"
    r"|(?P<operator>//|\*\*|[=!<>]=|[-+*/%~|.,:;()\[\]{}<>=])",
    re.DOTALL,
)


def tokens(text: str, tag: Tag) -> Iterator[Token]:
    """The tokens of a tag, in order; a string that is not closed ends with its line."""
    return tokens_within(text, tag.inner_start, tag.inner_end)


def tokens_within(text: str, start: int, end: int) -> Iterator[Token]:
    """The tokens of the characters ``start:end``, which stand inside a tag."""
    for found in TOKEN.finditer(text, start, end):
        yield Token(KINDS[found.lastgroup or ""], found.start(), found.end(), found.group())
