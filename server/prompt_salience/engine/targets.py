"""Which rows of a sequence its targets need, as padded arrays; and which targets are refused.

A row is a position whose logits are needed: the token after it belongs to a target. A sequence has each row once,
whatever number of targets it serves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prompt_salience.engine.lengths import padded, row_count

Targets = tuple[tuple[int, int], ...]
"""Token index ranges ``start:end`` of a sequence, end exclusive."""


@dataclass(frozen=True)
class TargetRows:
    """The rows of some targets, padded with rows that belong to no target.

    Attributes:
        positions: int32, shape [rows].
        next_ids: int32, shape [rows], the token after each position.
        members: float32, shape [targets, rows]; one where a row belongs to a target, otherwise zero.
    """

    positions: NDArray[np.int32]
    next_ids: NDArray[np.int32]
    members: NDArray[np.float32]


def check_targets(targets: Targets, length: int) -> None:
    """Refuse targets that name no token, or one that the sequence does not have.

    Raises:
        ValueError: there is no target, or one is empty, begins before token 1 or ends after the sequence.
    """
    if not targets:
        message = "There is nothing to explain: no target was given."
        raise ValueError(message)
    for start, end in targets:
        if start >= end:
            message = f"The target {start}:{end} is empty: there is no response to explain."
            raise ValueError(message)
        if start < 1 or end > length:
            message = f"The target {start}:{end} does not lie within tokens 1 to {length - 1} of the sequence."
            raise ValueError(message)


def target_rows(token_ids: tuple[int, ...], targets: Targets) -> TargetRows:
    """The rows of all targets, in order of their positions."""
    needed = sorted({position for start, end in targets for position in range(start - 1, end - 1)})
    size = row_count(len(needed))
    positions = np.array(needed, np.int32)
    following = np.asarray(token_ids, np.int32)[positions + 1]
    ranges = np.array(targets, np.int32)
    members = (positions >= ranges[:, :1] - 1) & (positions < ranges[:, 1:] - 1)
    return TargetRows(padded(positions, size), padded(following, size), padded(members.T, size).T.astype(np.float32))
