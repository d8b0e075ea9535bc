"""Text that was put right beside a range of an older text, on the same line: it edits what it was put to.

Decisions:
- Blanks add nothing, and neither does what stands on another line.
- How much of it the range becomes is for the division of the newer text to say: words that go on with a sentence are
  part of it, a sentence of its own is not.
- Of a long addition only so many characters are looked at, so that a paste does not hold up the typing after it.
- Between two ranges that touch, text goes to the first as far as that can have it, and to the second from there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prompt_salience.editor.alignment import Alignment, Ranges
from prompt_salience.editor.index_ranges import Indices
from prompt_salience.prompts.pieces import Divider, stripped

MOST_ADDED = 2_000
_LINE_END = re.compile(r"[\r\n]")


@dataclass(frozen=True)
class Additions:
    """What was inserted into a text without replacing anything, by where that was in the older text.

    Attributes:
        new: the newer text.
        before: where in the newer text begins what was put right before an offset of the older one, on its line.
        after: where in the newer text ends what was put right after such an offset.
    """

    new: str
    before: Mapping[int, int]
    after: Mapping[int, int]

    def touch(self, starts: Indices, ends: Indices) -> NDArray[np.bool_]:
        """Whether text was put right before or after each range of the older text, shape (ranges,)."""
        return np.isin(starts, list(self.before)) | np.isin(ends, list(self.after))

    def joined(self, starts: Indices, ends: Indices, now: Ranges, divider: Divider) -> Ranges:
        """Where ranges stand now with what was added to them.

        Args:
            starts: where the ranges start in the older text, in order and without overlap, shape (ranges,).
            ends: where they end there.
            now: where they stand in the newer text, without what was added.
            divider: how the newer text is divided into what a range may become.
        """
        joined_starts, joined_ends = now.starts.copy(), now.ends.copy()
        taken = 0
        for index in np.flatnonzero(self.touch(starts, ends) & (now.starts < now.ends)).tolist():
            start, end = int(now.starts[index]), int(now.ends[index])
            first = max(taken, start - MOST_ADDED, self.before.get(int(starts[index]), start))
            last = min(end + MOST_ADDED, self.after.get(int(ends[index]), end))
            pieces = stripped(self.new, divider(self.new, first, last))
            own = [piece for piece in pieces if piece.start < end and start < piece.end]
            joined_starts[index] = min([start, *(piece.start for piece in own)])
            joined_ends[index] = taken = max([end, *(piece.end for piece in own)])
        return Ranges(joined_starts, joined_ends, now.changed)


def additions(alignment: Alignment, new: str) -> Additions:
    """What was added to the older text of an alignment; ``new`` is the newer one."""
    before: dict[int, int] = {}
    after: dict[int, int] = {}
    for old, start, end in alignment.insertions():
        line_end = _LINE_END.search(new, start, end)
        first_end = line_end.start() if line_end else end
        last_start = 1 + max(start - 1, new.rfind("\n", start, end), new.rfind("\r", start, end))
        if not _is_blank(new, start, first_end):
            after[old] = first_end
        if not _is_blank(new, last_start, end):
            before[old] = last_start
    return Additions(new, before, after)


def _is_blank(text: str, start: int, end: int) -> bool:
    return not text[start:end].strip()
