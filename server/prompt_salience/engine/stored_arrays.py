"""Reading arrays out of weight files straight to where they are used, whatever format the files have.

Decisions:
- One array exists once: it is read piece by piece into the memory that the device computes with, and brought into its
  number format and its order on the way.
- A matrix that a file holds the other way round is turned in squares that stay in a processor's cache: twice as fast.
- A bfloat16 is the upper half of a float32.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

import ml_dtypes
import numpy as np
from numpy.typing import NDArray

from prompt_salience.engine_client.protocol import Progress

Report = Callable[[int], None]
"""Called with the number of bytes read since the last call."""

_PIECE_BYTES = 8 * 1024 * 1024
_SQUARE = 256
_HUNDRED = 100


class StoredArray(Protocol):
    """An array of floating-point numbers in a file, with at least one axis."""

    @property
    def shape(self) -> tuple[int, ...]:
        """As the file has it."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the numbers in the file."""

    @property
    def nbytes(self) -> int:
        """How much of the file it takes."""

    def rows(self, start: int, stop: int) -> NDArray[Any]:
        """Those rows of the first axis, in ``dtype``."""

    def read_direct(self, target: NDArray[Any], start: int) -> None:
        """Fill an array of this dtype, without gaps, with the rows from ``start`` on."""


def read_ahead(paths: Iterable[Path]) -> None:
    """Have the system fetch files from the disk while this process does something else, where it can."""
    if hasattr(os, "posix_fadvise"):
        for path in paths:
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)


def in_per_cent(total: int, progress: Progress) -> Report:
    """Counts bytes, and reports ``loading`` with the per cent of ``total`` that are read."""
    done = 0

    def report(count: int) -> None:
        nonlocal done
        done += count
        progress("loading", _HUNDRED * done // total, _HUNDRED)

    return report


def read_into(target: NDArray[Any], stored: StoredArray, report: Report) -> None:
    """Read an array of the target's shape; the target may be a view in any order."""
    direct = stored.dtype == target.dtype and target.flags.c_contiguous
    rows = max(1, _PIECE_BYTES * len(target) // max(1, stored.nbytes))
    for start in range(0, len(target), rows):
        part = target[start : start + rows]
        if direct:
            stored.read_direct(part, start)
        else:
            _convert(stored.rows(start, start + len(part)), part)
        report(part.size * stored.dtype.itemsize)


def _convert(numbers: NDArray[Any], target: NDArray[Any]) -> None:
    for square in _squares(target):
        _convert_square(numbers[square], target[square])


def _squares(target: NDArray[Any]) -> Iterator[tuple[slice, ...]]:
    """The parts to convert one by one: squares of a matrix in which columns lie together, else all at once."""
    if target.ndim != len(("rows", "columns")) or target.strides[0] >= target.strides[1]:
        yield (slice(None),)
        return
    for row in range(0, target.shape[0], _SQUARE):
        for column in range(0, target.shape[1], _SQUARE):
            yield slice(row, row + _SQUARE), slice(column, column + _SQUARE)


def _convert_square(numbers: NDArray[Any], target: NDArray[Any]) -> None:
    if numbers.dtype == ml_dtypes.bfloat16 and target.dtype == np.float32:
        bits = target.view(np.uint32)
        bits[...] = numbers.view(np.uint16)
        bits <<= 16
    else:
        target[...] = numbers
