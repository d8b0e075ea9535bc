"""What an engine remembers of its last run, to be quicker at the next: it never changes a token.

Decisions:
- A response that ended before the one remembered differed from it, because it was called off or had a smaller budget,
  does not replace it: the longer one is the better draft.
- Caches are handed over, not shared: of two runs at the same time, the second finds none and makes its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from prompt_salience.engine.forward import Decoder
from prompt_salience.engine.key_value_cache import CachedSequence

_KEPT_BYTES = 512 * 1024 * 1024


class LastRun:
    """The response that was written last, the token that ended it included, and the caches of its sequence."""

    def __init__(self) -> None:
        self.response: tuple[int, ...] = ()
        self._sequence: CachedSequence | None = None

    def taken(self, model: Decoder, room: int) -> CachedSequence:
        """A sequence with just this room: the one that was kept, or an empty one. Another one's memory is freed."""
        kept, self._sequence = self._sequence, None
        if kept is not None and kept.room == room:
            return kept
        del kept
        return CachedSequence(model, room)

    def keep(self, sequence: CachedSequence, response: Sequence[int]) -> None:
        """Remember a run, as far as it came, and its caches if they are whole and within bounds."""
        if self.response[: len(response)] != tuple(response):
            self.response = tuple(response)
        if sequence.intact and sequence.bytes <= _KEPT_BYTES:
            self._sequence = sequence
