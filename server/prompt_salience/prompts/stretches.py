"""Stretches: the parts of a prompt that no unit may leave.

Decisions:
- Scaffolding lies in no stretch. What is left of a prompt is cut where a message begins or ends.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from prompt_salience.prompts.rendered import Message
from prompt_salience.prompts.source_map import OriginKind, SourceMap


def prompt_stretches(source_map: SourceMap, messages: Sequence[Message]) -> Iterator[tuple[int, int]]:
    """The stretches ``start, end`` of a prompt, in order."""
    borders = sorted({border for message in messages for border in (message.start, message.end)})
    for start, end in _outside_scaffolding(source_map):
        inside = borders[bisect_right(borders, start) : bisect_left(borders, end)]
        yield from pairwise([start, *inside, end])


def _outside_scaffolding(source_map: SourceMap) -> Iterator[tuple[int, int]]:
    position = 0
    for segment in source_map.segments:
        if segment.origin.kind is OriginKind.SCAFFOLDING:
            if position < segment.start:
                yield position, segment.start
            position = segment.end
    if position < source_map.length:
        yield position, source_map.length
