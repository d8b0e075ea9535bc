"""Where the characters of an older text stand in a newer one.

Decisions:
- What is equal at both ends is taken off first, then lines are matched, then the ends of replaced lines; so scattered
  edits, and taking one back, leave everything else exact. What is equal is found, never guessed: a kept character is
  the same character.
- Where an insertion could stand at several places (``very`` into ``a very good``), it stands at the start of a line or
  word rather than in the middle of one.
- Text that replaced a stretch inside a range belongs to the range; text that replaced a stretch across its border
  belongs to nobody. So ranges that did not overlap still do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from prompt_salience.editor.line_matching import common_lines

Offsets = NDArray[np.int64]
MOST_SLIDES = 500


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
        return self.blocks == (Block(0, 0, self.old_length),) if self.old_length else not self.new_length

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


def _of_lines(old: str, new: str, at: int) -> Iterator[Block]:
    """The blocks of two stretches that both begin at ``at``."""
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    old_starts, new_starts = _starts(old_lines, at), _starts(new_lines, at)
    ends = (len(old_lines), len(new_lines))
    for (i, j), (k, m) in pairwise([(-1, -1), *common_lines(old_lines, new_lines), ends]):
        if i >= 0:
            yield Block(old_starts[i], new_starts[j], len(old_lines[i]))
        yield from _of_replaced(old_lines[i + 1 : k], new_lines[j + 1 : m], old_starts[i + 1], new_starts[j + 1])


def _starts(lines: list[str], at: int) -> list[int]:
    """Where each line starts, and where the last one ends."""
    starts = [at]
    for line in lines:
        starts.append(starts[-1] + len(line))
    return starts


def _of_replaced(old: list[str], new: list[str], old_at: int, new_at: int) -> Iterator[Block]:
    """The ends that replaced lines still share: line by line where there are as many as before."""
    if not old or not new:
        return
    pairs = zip(old, new, strict=True) if len(old) == len(new) else [("".join(old), "".join(new))]
    for one, other in pairs:
        head, tail = _equal_ends(one, other)
        yield Block(old_at, new_at, head)
        old_at, new_at = old_at + len(one), new_at + len(other)
        yield Block(old_at - tail, new_at - tail, tail)


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
