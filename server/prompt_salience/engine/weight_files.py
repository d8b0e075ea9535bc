"""Keras's weight files: finding the arrays in them that can be read without Keras.

Decisions:
- Keras marks arrays of bfloat16, which HDF5 has no type for, with an attribute.
- An array that does not lie in one stretch of the preset's own file is left to Keras, which knows what of it to trust.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import ml_dtypes
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class StoredDataset:
    """An array in a file of Keras's: a ``StoredArray``, as long as the file is open."""

    dataset: h5py.Dataset

    @property
    def shape(self) -> tuple[int, ...]:
        """As the file has it."""
        shape: tuple[int, ...] = self.dataset.shape
        return shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the numbers in the file."""
        marked = self.dataset.attrs.get("dtype") == "bfloat16"
        stored: np.dtype[Any] = np.dtype(ml_dtypes.bfloat16) if marked else self.dataset.dtype
        return stored

    @property
    def nbytes(self) -> int:
        """How much of the file it takes."""
        return int(self.dataset.nbytes)

    def rows(self, start: int, stop: int) -> NDArray[Any]:
        """Those rows of the first axis, in ``dtype``."""
        numbers: NDArray[Any] = self.dataset[start:stop].view(self.dtype)
        return numbers

    def read_direct(self, target: NDArray[Any], start: int) -> None:
        """Fill an array of this dtype, without gaps, with the rows from ``start`` on."""
        self.dataset.read_direct(target.view(self.dataset.dtype), np.s_[start : start + len(target)])


@contextmanager
def opened(paths: Iterable[Path]) -> Iterator[tuple[h5py.File, ...]]:
    """The files, open to be read."""
    with ExitStack() as stack:
        yield tuple(stack.enter_context(h5py.File(path, "r")) for path in paths)


def plain_dataset(files: Iterable[h5py.File], name: str) -> StoredDataset | None:
    """The array that goes by a name in one of the files, or None where none is of numbers in one stretch."""
    for file in files:
        found = file.get(name)
        if isinstance(found, h5py.Dataset) and found.file == file and _in_one_stretch(found):
            stored = StoredDataset(found)
            return stored if stored.dtype.kind in "fV" else None
    return None


def _in_one_stretch(dataset: h5py.Dataset) -> bool:
    return dataset.chunks is None and not dataset.external and not dataset.is_virtual and dataset.shape != ()
