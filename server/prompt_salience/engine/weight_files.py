"""Reading arrays out of Keras's weight files straight to where they are used.

Decisions:
- One array exists once: it is read piece by piece into the memory that the device computes with, and brought into its
  number format and its order on the way.
- Keras marks arrays of bfloat16, which HDF5 has no type for, with an attribute. A bfloat16 is the upper half of a
  float32.
- An array that does not lie in one stretch of the preset's own file is left to Keras, which knows what of it to trust.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import h5py
import ml_dtypes
import numpy as np
from numpy.typing import NDArray

Report = Callable[[int], None]
"""Called with the number of bytes read since the last call."""

_PIECE_BYTES = 8 * 1024 * 1024


def read_ahead(paths: Iterable[Path]) -> None:
    """Have the system fetch files from the disk while this process does something else, where it can."""
    if hasattr(os, "posix_fadvise"):
        for path in paths:
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)


@contextmanager
def opened(paths: Iterable[Path]) -> Iterator[tuple[h5py.File, ...]]:
    """The files, open to be read."""
    with ExitStack() as stack:
        yield tuple(stack.enter_context(h5py.File(path, "r")) for path in paths)


def plain_dataset(files: Iterable[h5py.File], name: str) -> h5py.Dataset | None:
    """The array that goes by a name in one of the files, or None where none is of numbers in one stretch."""
    for file in files:
        found = file.get(name)
        if isinstance(found, h5py.Dataset) and found.file == file and _in_one_stretch(found):
            return found if _stored_dtype(found).kind in "fV" else None
    return None


def _in_one_stretch(dataset: h5py.Dataset) -> bool:
    return dataset.chunks is None and not dataset.external and not dataset.is_virtual and dataset.shape != ()


def _stored_dtype(dataset: h5py.Dataset) -> np.dtype[Any]:
    marked = dataset.attrs.get("dtype") == "bfloat16"
    stored: np.dtype[Any] = np.dtype(ml_dtypes.bfloat16) if marked else dataset.dtype
    return stored


def read_into(target: NDArray[Any], dataset: h5py.Dataset, report: Report) -> None:
    """Read an array of the target's shape; the target may be a view in any order."""
    stored = _stored_dtype(dataset)
    read = _read_as_it_is if stored == target.dtype and target.flags.c_contiguous else _read_and_convert
    rows = max(1, _PIECE_BYTES * len(target) // max(1, dataset.nbytes))
    for start in range(0, len(target), rows):
        part = target[start : start + rows]
        read(part, dataset, np.s_[start : start + len(part)])
        report(part.size * stored.itemsize)


def _read_as_it_is(target: NDArray[Any], dataset: h5py.Dataset, rows: slice) -> None:
    dataset.read_direct(target.view(dataset.dtype), rows)


def _read_and_convert(target: NDArray[Any], dataset: h5py.Dataset, rows: slice) -> None:
    _convert(dataset[rows].view(_stored_dtype(dataset)), target)


def _convert(numbers: NDArray[Any], target: NDArray[Any]) -> None:
    if numbers.dtype == ml_dtypes.bfloat16 and target.dtype == np.float32:
        bits = target.view(np.uint32)
        bits[...] = numbers.view(np.uint16)
        bits <<= 16
    else:
        target[...] = numbers
