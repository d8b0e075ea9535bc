"""What may be explained of a sequence, and which rows that needs."""

from __future__ import annotations

Target = tuple[int, int]
"""A token index range ``start:end`` of a sequence, end exclusive."""

Targets = tuple[Target, ...]


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


def rows_of(target: Target) -> range:
    """The positions whose next tokens make up a target."""
    start, end = target
    return range(start - 1, end - 1)
