"""The file format safetensors: eight bytes that hold the length of a header, the header, then the numbers.

The header is JSON: by the name of each tensor its kind of numbers, its shape, and the range of bytes it takes, counted
from the end of the header. https://huggingface.co/docs/safetensors describes it.

Decisions:
- The format is so plain that it is read here; no further package has to be trusted with it.
- Every range is compared with the size of the file before anything is read: a broken-off download leaves a short one.
- Numbers are read, not mapped into memory: a file that is cut off meanwhile is an error then, and not the end of the
  process; and what has been read of it counts once.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from operator import index
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
from numpy.typing import NDArray

_LENGTH_BYTES = 8
_LONGEST_HEADER = 100_000_000
_KINDS: dict[str, np.dtype[Any]] = {
    "F32": np.dtype(np.float32),
    "F16": np.dtype(np.float16),
    "BF16": np.dtype(ml_dtypes.bfloat16),
}


class SafetensorsError(Exception):
    """A file is not in the format, or only a part of one; the message says what is wrong, not where."""


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """A tensor in a file: a ``StoredArray`` where its numbers can be read.

    Attributes:
        path: the file.
        kind: what the format calls its numbers, such as ``BF16``.
        shape: as the file has it.
        start: where in the file its numbers begin, in bytes.
    """

    path: Path
    kind: str
    shape: tuple[int, ...]
    start: int

    @property
    def is_readable(self) -> bool:
        """Whether it holds floating-point numbers of 16 or 32 bits."""
        return self.kind in _KINDS

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the numbers in the file, where they can be read."""
        return _KINDS[self.kind]

    @property
    def nbytes(self) -> int:
        """How much of the file it takes, where it can be read."""
        return math.prod(self.shape) * self.dtype.itemsize

    def rows(self, start: int, stop: int) -> NDArray[Any]:
        """Those rows of the first axis, in ``dtype``."""
        numbers = np.empty((stop - start, *self.shape[1:]), self.dtype)
        self.read_direct(numbers, start)
        return numbers

    def read_direct(self, target: NDArray[Any], start: int) -> None:
        """Fill an array of this dtype, without gaps, with the rows from ``start`` on.

        Raises:
            OSError: the file has become shorter.
        """
        with self.path.open("rb") as file:
            file.seek(self.start + start * self.nbytes // max(1, self.shape[0]))
            if file.readinto(target.reshape(-1).view(np.uint8).data) != target.nbytes:
                message = f"{self.path} has become shorter while it was read"
                raise OSError(message)


def stored_tensors(path: Path) -> dict[str, StoredTensor]:
    """All tensors of a file by name.

    Raises:
        SafetensorsError: it is not in the format, or a part of it is missing.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        written = file.read(length) if length <= _LONGEST_HEADER else b""
    try:
        header = json.loads(written)
        tensors = {name: entry for name, entry in header.items() if name != "__metadata__"}
        size = path.stat().st_size - _LENGTH_BYTES - length
        return {name: _tensor(path, entry, _LENGTH_BYTES + length, size) for name, entry in tensors.items()}
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
        message = "it has no header that can be read"
        raise SafetensorsError(message) from error


def _tensor(path: Path, entry: dict[str, Any], data: int, size: int) -> StoredTensor:
    begin, end = map(index, entry["data_offsets"])
    if not 0 <= begin <= end:
        message = f"{begin} to {end} is no range"
        raise ValueError(message)
    if end > size:
        message = f"it ends {end - size:,} bytes too early"
        raise SafetensorsError(message)
    tensor = StoredTensor(path, entry["dtype"], tuple(map(index, entry["shape"])), data + begin)
    if tensor.is_readable and tensor.nbytes != end - begin:
        message = f"{end - begin} bytes do not hold {tensor.shape}"
        raise ValueError(message)
    return tensor
