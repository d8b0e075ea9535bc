"""Stop strings in a growing text, wherever the borders of tokens fall."""

from __future__ import annotations

from collections.abc import Sequence


def stop_position(text: str, stop_strings: Sequence[str]) -> int | None:
    """Where the first stop string in ``text`` begins, or None if there is none."""
    found = [position for stop in stop_strings if (position := text.find(stop)) >= 0]
    return min(found, default=None)


def undecided_length(text: str, stop_strings: Sequence[str]) -> int:
    """How many characters at the end of ``text`` may turn out to begin a stop string."""
    return max((_overlap(text, stop) for stop in stop_strings), default=0)


def _overlap(text: str, stop: str) -> int:
    """The longest proper beginning of ``stop`` that ``text`` ends with."""
    lengths = range(min(len(stop) - 1, len(text)), 0, -1)
    return next((length for length in lengths if text.endswith(stop[:length])), 0)
