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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

Pairs = list[tuple[int, int]]
MOST_COMPARED = 2_500
MOST_ROUNDS = 8


class Run(NamedTuple):
    """``size`` equal parts, from the index ``old`` on the one side and ``new`` on the other."""

    old: int
    new: int
    size: int

    def moved(self, old: int, new: int) -> Run:
        """The same run of lists that begin at these indices."""
        return Run(self.old + old, self.new + new, self.size)


@dataclass(frozen=True, slots=True)
class _Effort:
    """How often anchors may be looked for again, and how many pairs of parts may be compared."""

    rounds: int
    pairs: int


def common_parts(old: Sequence[str], new: Sequence[str], most_compared: int = MOST_COMPARED) -> list[Run]:
    """Runs of equal parts, rising on both sides, none continuing the one before.

    Without anchors, stretches of up to ``most_compared`` pairs are compared part by part.
    """
    return list(_joined(_common(old, new, _Effort(MOST_ROUNDS, most_compared))))


def _joined(runs: Iterable[Run]) -> Iterator[Run]:
    """The runs without empty ones, those that continue each other made one."""
    last = Run(0, 0, 0)
    for run in runs:
        if run.old - last.old == run.new - last.new == last.size:
            last = Run(last.old, last.new, last.size + run.size)
        elif run.size:
            if last.size:
                yield last
            last = run
    if last.size:
        yield last


def _common(old: Sequence[str], new: Sequence[str], effort: _Effort) -> Iterator[Run]:
    head = _equal_count(old, new)
    yield Run(0, 0, head)
    old, new = old[head:], new[head:]
    tail = _equal_count(old[::-1], new[::-1])
    middle_old, middle_new = old[: len(old) - tail], new[: len(new) - tail]
    if middle_old and middle_new:
        yield from (run.moved(head, head) for run in _between(middle_old, middle_new, effort))
    yield Run(head + len(middle_old), head + len(middle_new), tail)


def _equal_count(old: Sequence[str], new: Sequence[str]) -> int:
    differing = (index for index, (one, other) in enumerate(zip(old, new, strict=False)) if one != other)
    return next(differing, min(len(old), len(new)))


def _between(old: Sequence[str], new: Sequence[str], effort: _Effort) -> Iterator[Run]:
    anchors = list(_joined(Run(*pair, 1) for pair in _anchors(old, new))) if effort.rounds else []
    if not anchors:
        if len(old) * len(new) <= effort.pairs:
            yield from _compared(old, new)
        return
    inner = replace(effort, rounds=effort.rounds - 1)
    for run, following in pairwise([Run(0, 0, 0), *anchors, Run(len(old), len(new), 0)]):
        yield run
        i, j = run.old + run.size, run.new + run.size
        if i < following.old and j < following.new:
            found = _common(old[i : following.old], new[j : following.new], inner)
            yield from (part.moved(i, j) for part in found)


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return (Run(*block) for block in matcher.get_matching_blocks())


def _anchors(old: Sequence[str], new: Sequence[str]) -> Pairs:
    """Parts that occur once on both sides: the longest choice of them that rises on both."""
    in_old, in_new = Counter(old), Counter(new)
    places = {part: index for index, part in enumerate(new) if in_new[part] == 1}
    unique = [(index, places[part]) for index, part in enumerate(old) if in_old[part] == 1 and part in places]
    return _longest_rise(unique)


def _longest_rise(pairs: Pairs) -> Pairs:
    """The longest choice of pairs whose second numbers rise; the first ones do already."""
    if all(one[1] < other[1] for one, other in pairwise(pairs)):
        return pairs
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
