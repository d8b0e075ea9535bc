"""Where the characters of an older text stand in a newer one.

Decisions:
- What is equal at both ends is taken off first, then lines are matched, then words of replaced lines while these are
  few, then the ends of what is left; so scattered edits, and taking one back, leave everything else exact.
- Where an insertion could stand at several places (``very`` into ``a very good``), it stands at the start of a line or
  word rather than in the middle of one.
- Text that replaced a stretch inside a range belongs to the range; text that replaced a stretch across its border
  belongs to nobody. So ranges that did not overlap still do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from prompt_salience.editor.common_parts import MOST_COMPARED as MOST_LINES_COMPARED
from prompt_salience.editor.common_parts import Run, common_parts

Offsets = NDArray[np.int64]
MOST_SLIDES = 500
MOST_CHARACTERS_OF_WORDS = 20_000
WORD = re.compile(r"\w+|\W")
WORD_CHARACTER = re.compile(r"\w")


class Block(NamedTuple):
    """``size`` characters that are the same from ``old`` and from ``new`` on."""

    old: int
    new: int
    size: int


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a range stands now; ``changed`` where its text is not the same any more."""

    start: int
    end: int
    changed: bool


@dataclass(frozen=True)
class Ranges:
    """Where many ranges stand now, each array of shape (ranges,); a range that was deleted has its end at its start."""

    starts: Offsets
    ends: Offsets
    changed: NDArray[np.bool_]


@dataclass(frozen=True)
class Alignment:
    """The blocks that two texts have in common, in order, none touching the next on both sides."""

    old_length: int
    new_length: int
    blocks: tuple[Block, ...]

    @property
    def identical(self) -> bool:
        """Whether nothing was changed."""
        whole = (Block(0, 0, self.old_length),) if self.old_length else ()
        return self.old_length == self.new_length and self.blocks == whole

    def moved(self, start: int, end: int) -> Moved | None:
        """Where the range ``start:end`` stands now, or None where all of it was deleted, or it was empty."""
        ranges = self.moved_all([start], [end])
        now = int(ranges.starts[0]), int(ranges.ends[0])
        return Moved(*now, bool(ranges.changed[0])) if start < end and now[0] < now[1] else None

    def moved_all(self, starts: ArrayLike, ends: ArrayLike) -> Ranges:
        """Where many ranges stand now, each of at least one character; both arguments of shape (ranges,)."""
        first, last = np.asarray(starts, dtype=np.int64), np.asarray(ends, dtype=np.int64) - 1
        start_block, end_block = self._block_before(first), self._block_before(last)
        start_kept, end_kept = self._keeps(start_block, first), self._keeps(end_block, last)
        new_starts = np.where(start_kept, self._new(start_block, first), self._gap_start(start_block, first, last))
        new_ends = np.where(end_kept, self._new(end_block, last) + 1, self._gap_end(end_block, first, last))
        changed = ~(start_kept & end_kept & (start_block == end_block))
        return Ranges(new_starts, np.maximum(new_starts, new_ends), changed)

    def insertions(self) -> Iterator[tuple[int, int, int]]:
        """Text that replaced nothing: before which character of the older text it was put, and where it is now."""
        for index in np.flatnonzero((self._old_ends[:-1] == self._olds[1:]) & (self._new_ends[:-1] < self._news[1:])):
            yield int(self._olds[index + 1]), int(self._new_ends[index]), int(self._news[index + 1])

    def _gap_start(self, block: Offsets, first: Offsets, last: Offsets) -> Offsets:
        """Where a range starts whose first character was deleted, in the gap after ``block``."""
        inside = (self._old_ends[block] == first) & (self._olds[block + 1] <= last + 1)
        return np.where(inside, self._new_ends[block], self._news[block + 1])

    def _gap_end(self, block: Offsets, first: Offsets, last: Offsets) -> Offsets:
        """Where a range ends whose last character was deleted, in the gap after ``block``."""
        inside = (self._old_ends[block] >= first) & (self._olds[block + 1] == last + 1)
        return np.where(inside, self._news[block + 1], self._new_ends[block])

    def _block_before(self, offsets: Offsets) -> Offsets:
        return np.searchsorted(self._olds[:-1], offsets, side="right") - 1

    def _keeps(self, block: Offsets, offsets: Offsets) -> NDArray[np.bool_]:
        return offsets < self._old_ends[block]

    def _new(self, block: Offsets, offsets: Offsets) -> Offsets:
        return self._news[block] + offsets - self._olds[block]

    @cached_property
    def _bounded(self) -> Offsets:
        """The blocks between an empty one before the texts and one behind them, shape (blocks + 2, 3)."""
        bounded = [Block(0, 0, 0), *self.blocks, Block(self.old_length, self.new_length, 0)]
        return np.array(bounded, dtype=np.int64)

    @cached_property
    def _olds(self) -> Offsets:
        return self._bounded[:, 0]

    @cached_property
    def _news(self) -> Offsets:
        return self._bounded[:, 1]

    @cached_property
    def _old_ends(self) -> Offsets:
        return self._bounded[:, 0] + self._bounded[:, 2]

    @cached_property
    def _new_ends(self) -> Offsets:
        return self._bounded[:, 1] + self._bounded[:, 2]


def align(old: str, new: str) -> Alignment:
    """Which characters of ``old`` are still in ``new``, and where."""
    if old == new:
        return Alignment(len(old), len(new), (Block(0, 0, len(old)),) if old else ())
    return Alignment(len(old), len(new), tuple(_joined(_blocks(old, new))))


def _joined(blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks without empty ones, those that continue each other made one."""
    open_block = Block(0, 0, 0)
    for block in blocks:
        continues = block.old - open_block.old == block.new - open_block.new == open_block.size
        if continues:
            open_block = open_block._replace(size=open_block.size + block.size)
        elif block.size:
            if open_block.size:
                yield open_block
            open_block = block
    if open_block.size:
        yield open_block


def _blocks(old: str, new: str) -> Iterator[Block]:
    head, tail = _equal_ends(old, new)
    if head + tail < min(len(old), len(new)):
        head, tail = _whole_lines(old, head, tail)
    yield Block(0, 0, head)
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if middle_old and middle_new:
        yield from _of_lines(middle_old, middle_new, head)
    yield Block(len(old) - tail, len(new) - tail, tail)


def _whole_lines(old: str, head: int, tail: int) -> tuple[int, int]:
    """The equal ends cut down to whole lines, so that lines are matched as a whole."""
    head = old.rfind("\n", 0, head) + 1
    line_end = old.find("\n", len(old) - tail)
    return head, 0 if line_end < 0 else len(old) - line_end - 1


class _Gap(NamedTuple):
    """Text that was replaced by other text, neither empty, and where both begin."""

    old: str
    new: str
    old_at: int
    new_at: int


def _of_lines(old: str, new: str, at: int) -> Iterator[Block]:
    """The blocks of two stretches that both begin at ``at``."""
    blocks, gaps = _matched(old.splitlines(keepends=True), new.splitlines(keepends=True), at, at, MOST_LINES_COMPARED)
    few = sum(len(gap.old) + len(gap.new) for gap in gaps) <= MOST_CHARACTERS_OF_WORDS
    replaced = (block for gap in gaps for block in (_of_words(gap) if few else _of_ends(gap)))
    yield from sorted((*blocks, *replaced))


def _of_words(gap: _Gap) -> Iterator[Block]:
    """The blocks of replaced text: words that occur once on both sides, and what is equal around them."""
    head, tail = _equal_ends(gap.old, gap.new)
    if head + tail < min(len(gap.old), len(gap.new)):
        head, tail = _whole_words(gap.old, head, tail)
    yield Block(gap.old_at, gap.new_at, head)
    old, new = (WORD.findall(text[head : len(text) - tail]) for text in (gap.old, gap.new))
    blocks, gaps = _matched(old, new, gap.old_at + head, gap.new_at + head, 0)
    yield from blocks
    yield from (block for inner in gaps for block in _of_ends(inner))
    yield Block(gap.old_at + len(gap.old) - tail, gap.new_at + len(gap.new) - tail, tail)


def _whole_words(old: str, head: int, tail: int) -> tuple[int, int]:
    """The equal ends cut down to whole words."""
    while head and WORD_CHARACTER.match(old[head - 1]):
        head -= 1
    while tail and WORD_CHARACTER.match(old[-tail]):
        tail -= 1
    return head, tail


def _of_ends(gap: _Gap) -> Iterator[Block]:
    """What replaced text still shares at its start and at its end."""
    head, tail = _equal_ends(gap.old, gap.new)
    yield Block(gap.old_at, gap.new_at, head)
    yield Block(gap.old_at + len(gap.old) - tail, gap.new_at + len(gap.new) - tail, tail)


def _matched(
    old: list[str], new: list[str], old_at: int, new_at: int, most_compared: int
) -> tuple[list[Block], list[_Gap]]:
    """The parts that two lists have in common, and the gaps between them; as many parts as before are gaps each."""
    old_starts, new_starts = _starts(old, old_at), _starts(new, new_at)
    blocks: list[Block] = []
    gaps: list[_Gap] = []
    runs = [Run(0, 0, 0), *common_parts(old, new, most_compared), Run(len(old), len(new), 0)]
    for run, following in pairwise(runs):
        i, j = run.old + run.size, run.new + run.size
        blocks.append(Block(old_starts[run.old], new_starts[run.new], old_starts[i] - old_starts[run.old]))
        if following.old - i == following.new - j:
            pairs = zip(range(i, following.old), range(j, following.new), strict=True)
            gaps.extend(_Gap(old[a], new[b], old_starts[a], new_starts[b]) for a, b in pairs)
        elif i < following.old and j < following.new:
            texts = "".join(old[i : following.old]), "".join(new[j : following.new])
            gaps.append(_Gap(*texts, old_starts[i], new_starts[j]))
    return blocks, gaps


def _starts(parts: list[str], at: int) -> list[int]:
    """Where each part starts, and where the last one ends."""
    return [at, *(at + length for length in accumulate(len(part) for part in parts))]


def _equal_ends(old: str, new: str) -> tuple[int, int]:
    """How many characters are equal at the start and at the end, none counted twice."""
    shortest = min(len(old), len(new))
    head = _equal_start(old, new, shortest)
    tail = _equal_end(old, new, shortest)
    if head + tail > shortest:
        head = _best_cut(min(old, new, key=len), max(shortest - tail, head - MOST_SLIDES), head)
        tail = shortest - head
    return head, tail


def _equal_start(old: str, new: str, most: int) -> int:
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        if old[least:middle] == new[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least


def _equal_end(old: str, new: str, most: int) -> int:
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        if old[len(old) - middle : len(old) - least] == new[len(new) - middle : len(new) - least]:
            least = middle
        else:
            most = middle - 1
    return least


def _best_cut(text: str, first: int, last: int) -> int:
    """Where to cut a text apart, from ``first`` to ``last``: at a line, else a word, and as late as possible."""
    return max(range(first, last + 1), key=lambda cut: (_cut_quality(text, cut), cut))


def _cut_quality(text: str, cut: int) -> int:
    before, after = text[cut - 1 : cut], text[cut : cut + 1]
    if before in ("", "\n", "\r"):
        return 3
    if before.isspace() and not after.isspace():
        return 2
    return 0 if after and not after.isspace() else 1
