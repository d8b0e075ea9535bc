"""The tokens of a sequence as pieces of its text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from prompt_salience.prompts.pieces import Divider, Piece


def token_divider(spans: Sequence[tuple[int, int]]) -> Divider:
    """Divides wherever a token begins or ends.

    Tokens with one range, the byte tokens of a character, so become one piece; text in no token is a piece too.
    """
    borders = sorted({border for span in spans for border in span})

    def divide(_text: str, start: int, end: int) -> Iterator[Piece]:
        inside = borders[bisect_right(borders, start) : bisect_left(borders, end)]
        for left, right in pairwise([start, *inside, end]):
            yield Piece(left, right, "token")

    return divide
