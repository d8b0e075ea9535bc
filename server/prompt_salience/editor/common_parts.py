"""Which parts two texts have in common, be they lines or words: in order, and in bounded time.

Decisions:
- Parts that occur once on both sides are the anchors (as in a patience diff): they cannot be mistaken for others.
  Between anchors the same is done again; what is left without one is compared part by part while it is short, and is
  a replaced block beyond.
- Every step is linear in its parts but for the search for anchors in order (n log n), and the comparing is bounded:
  2,000 changed lines take some milliseconds, whatever they are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise

Pairs = list[tuple[int, int]]
MOST_COMPARED = 2_500
MOST_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class _Effort:
    """How often anchors may be looked for again, and how many pairs of parts may be compared."""

    rounds: int
    pairs: int


def common_parts(old: Sequence[str], new: Sequence[str], most_compared: int = MOST_COMPARED) -> Pairs:
    """Pairs of equal parts ``(index in old, index in new)``, rising on both sides.

    Without anchors, stretches of up to ``most_compared`` pairs are compared part by part.
    """
    return list(_common(old, new, (0, 0), _Effort(MOST_ROUNDS, most_compared)))


def _common(old: Sequence[str], new: Sequence[str], at: tuple[int, int], effort: _Effort) -> Iterator[tuple[int, int]]:
    old_at, new_at = at
    head = _equal_count(old, new)
    yield from ((old_at + index, new_at + index) for index in range(head))
    old, new, old_at, new_at = old[head:], new[head:], old_at + head, new_at + head
    tail = _equal_count(old[::-1], new[::-1])
    middle_old, middle_new = old[: len(old) - tail], new[: len(new) - tail]
    if middle_old and middle_new:
        yield from ((old_at + i, new_at + j) for i, j in _between(middle_old, middle_new, effort))
    old_at, new_at = old_at + len(middle_old), new_at + len(middle_new)
    yield from ((old_at + index, new_at + index) for index in range(tail))


def _equal_count(old: Sequence[str], new: Sequence[str]) -> int:
    differing = (index for index, (one, other) in enumerate(zip(old, new, strict=False)) if one != other)
    return next(differing, min(len(old), len(new)))


def _between(old: Sequence[str], new: Sequence[str], effort: _Effort) -> Iterator[tuple[int, int]]:
    anchors = _anchors(old, new) if effort.rounds else []
    if not anchors:
        if len(old) * len(new) <= effort.pairs:
            yield from _compared(old, new)
        return
    for (i, j), (k, m) in pairwise([(-1, -1), *anchors, (len(old), len(new))]):
        if i >= 0:
            yield i, j
        inner = replace(effort, rounds=effort.rounds - 1)
        yield from _common(old[i + 1 : k], new[j + 1 : m], (i + 1, j + 1), inner)


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for i, j, size in matcher.get_matching_blocks():
        yield from ((i + index, j + index) for index in range(size))


def _anchors(old: Sequence[str], new: Sequence[str]) -> Pairs:
    """Parts that occur once on both sides: the longest choice of them that rises on both."""
    in_old, in_new = Counter(old), Counter(new)
    places = {part: index for index, part in enumerate(new) if in_new[part] == 1}
    unique = [(index, places[part]) for index, part in enumerate(old) if in_old[part] == 1 and part in places]
    return _longest_rise(unique)


def _longest_rise(pairs: Pairs) -> Pairs:
    """The longest choice of pairs whose second numbers rise; the first ones do already."""
    ends: list[int] = []
    last: Pairs = []
    before: dict[tuple[int, int], tuple[int, int] | None] = {}
    for pair in pairs:
        length = bisect_left(ends, pair[1])
        before[pair] = last[length - 1] if length else None
        ends[length : length + 1], last[length : length + 1] = [pair[1]], [pair]
    return _chain(before, last[-1] if last else None)


def _chain(before: dict[tuple[int, int], tuple[int, int] | None], pair: tuple[int, int] | None) -> Pairs:
    found: Pairs = []
    while pair is not None:
        found.append(pair)
        pair = before[pair]
    return found[::-1]
