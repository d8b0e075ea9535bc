"""To which sizes sequences and batches are padded, so that few sizes are ever compiled.

Decisions:
- Two bucket lengths for each doubling, and four from 256 on, where padding costs more than compiling does: it adds at
  most half to a short sequence and a quarter to a long one, and an edit of a few words seldom leaves its bucket.
- Targets and target rows come in a few counts too; more of them are worked off in several batches, of the counts that
  are padded least. A pass more counts as much as a target more.
- A prompt is read in pieces that depend on its length alone, long ones first: two prompts that begin alike are read
  alike as far as their pieces are the same, to the last bit. An edit costs at most a piece more than what follows it.
  Pieces of 256 are hardly quicker on a processor (270M shape: 4.7 ms a token against 4.9), those of 64 slower (7.5).
- A draft is read in one of three lengths, its first token included, of which the longest is a piece's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from prompt_salience.engine.config import DecoderConfig

_Number = TypeVar("_Number", bound=np.generic)

SHORTEST = 64
PIECE_LENGTHS = (128, 64)
DRAFT_LENGTHS = (1, 8, 64)
TARGET_COUNTS = (1, 3, 5, 8, 12, 16)
VERSION_COUNTS = (1, 2, 4, 8)
ROW_COUNTS = (8, 24, 64)
ROWS_AT_ONCE = ROW_COUNTS[-1]
_LONG = 256
_NUMBERS_AT_ONCE = 64 * 1024 * 1024


def bucket_length(length: int) -> int:
    """The smallest bucket that holds ``length`` tokens: 64, 96, 128, 192, 256, 320, 384, 448, 512, 640 and so on."""
    power = SHORTEST
    while power * 2 <= length:
        power *= 2
    step = power // (4 if power >= _LONG else 2)
    return max(-(-length // step) * step, SHORTEST)


def prompt_pieces(length: int) -> tuple[range, ...]:
    """The positions of each piece that a prompt of ``length`` tokens is read in; the last may reach beyond its end."""
    pieces: list[range] = []
    start = 0
    while start < length:
        size = next((size for size in PIECE_LENGTHS if start + size <= length), PIECE_LENGTHS[-1])
        pieces.append(range(start, start + size))
        start += size
    return tuple(pieces)


def draft_length(count: int) -> int:
    """To how many tokens a draft of ``count`` is padded: one of ``DRAFT_LENGTHS``."""
    return next(length for length in DRAFT_LENGTHS if length >= count)


def cache_room(length: int) -> int:
    """For how many positions a cache has room when its sequence may grow to ``length`` tokens.

    A draft or a last piece, padded, fits behind any token: a write that did not fit would be moved over others.
    """
    return bucket_length(length + DRAFT_LENGTHS[-1])


def target_count(count: int) -> int:
    """To how many targets ``count`` of them are padded: one of ``TARGET_COUNTS``."""
    return next(size for size in TARGET_COUNTS if size >= count)


def row_count(count: int) -> int:
    """To how many rows ``count`` of them, at most ``ROWS_AT_ONCE``, are padded: one of ``ROW_COUNTS``."""
    return next(size for size in ROW_COUNTS if size >= count)


def targets_at_once(config: DecoderConfig, length: int) -> int:
    """How many targets one backward pass may hold, so that a layer's gradients stay within bounds.

    A target needs ``heads * length * length`` numbers for the attention of one layer, and three times the width of its
    feed-forward network for each position.
    """
    numbers = length * max(config.block.query_heads * length, 3 * config.feedforward_dim)
    return max((count for count in TARGET_COUNTS if count * numbers <= _NUMBERS_AT_ONCE), default=1)


def target_batches(count: int, most: int) -> tuple[slice, ...]:
    """Slices of at most ``most`` of ``count`` targets, in order: those that padding makes the least work of."""
    plans: list[tuple[int, tuple[slice, ...]]] = [(0, ())]
    for end in range(1, count + 1):
        ways = [
            (plans[start][0] + target_count(end - start) + 1, (*plans[start][1], slice(start, end)))
            for start in range(max(end - most, 0), end)
        ]
        plans.append(min(ways, key=lambda way: (way[0], len(way[1]))))
    return plans[-1][1]


def version_count(count: int) -> int:
    """To how many versions of a prompt ``count`` of them are padded: one of ``VERSION_COUNTS``."""
    return next(size for size in VERSION_COUNTS if size >= count)


def versions_at_once(heads: int, feedforward_dim: int, length: int) -> int:
    """How many versions of a prompt go through a layer together, so that its numbers stay within bounds.

    A version needs ``heads * length * length`` numbers for the attention of one layer, and three times the width of its
    feed-forward network for each position.
    """
    numbers = length * max(heads * length, 3 * feedforward_dim)
    return max((count for count in VERSION_COUNTS if count * numbers <= _NUMBERS_AT_ONCE), default=1)


def batches(count: int, size: int) -> Iterator[slice]:
    """Slices of at most ``size`` that cover ``count`` things in order."""
    return (slice(start, min(start + size, count)) for start in range(0, count, size))


def padded(numbers: NDArray[_Number], size: int) -> NDArray[_Number]:
    """The array with zeros after its first axis up to ``size``."""
    widths = [(0, size - numbers.shape[0])] + [(0, 0)] * (numbers.ndim - 1)
    return np.pad(numbers, widths)
