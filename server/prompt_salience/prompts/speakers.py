"""Who speaks where in a prompt."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from prompt_salience.prompts.pieces import Divider, Piece
from prompt_salience.prompts.rendered import Message


def speaker_divider(messages: Sequence[Message]) -> Divider:
    """Leaves a stretch whole, and calls it by the role that speaks there; a stretch holds one message or none.

    A stretch outside of all messages is ``text``, and where there are no messages, ``prompt``.
    """
    nobody = "text" if messages else "prompt"
    spoken = sorted((message for message in messages if message.start < message.end), key=lambda found: found.start)
    starts = [message.start for message in spoken]

    def divide(_text: str, start: int, end: int) -> Iterator[Piece]:
        index = bisect_right(starts, start) - 1
        inside = index >= 0 and start < spoken[index].end
        yield Piece(start, end, spoken[index].role if inside else nobody)

    return divide
