"""What an engine remembers of its last run, to be quicker at the next: it never changes a token.

Decisions:
- A response that ended before the one remembered differed from it, because it was called off or had a smaller budget,
  does not replace it: the longer one is the better draft.
- Caches are handed over, not shared: of two runs at the same time, the second finds none and makes its own.
- They hold what explaining the run needs, if there is room for that, and are not kept at all if there is none for them.
"""

from __future__ import annotations

from collections.abc import Sequence

from prompt_salience.engine.forward import Decoder, ForwardPass
from prompt_salience.engine.key_value_cache import CachedSequence
from prompt_salience.engine.layer_cache import activation_bytes


class LastRun:
    """The response that was written last, the token that ended it included, and the caches of its sequence.

    Args:
        most_bytes: the memory that they may take.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self.response: tuple[int, ...] = ()
        self._sequence: CachedSequence | None = None

    def taken(self, model: Decoder, room: int) -> CachedSequence:
        """A sequence with just this room: the one that was kept, or an empty one. Another one's memory is freed."""
        kept, self._sequence = self._sequence, None
        if kept is not None and kept.room == room:
            return kept
        del kept
        return CachedSequence(model, room, explainable=activation_bytes(model, room) <= self._most_bytes)

    def keep(self, sequence: CachedSequence, response: Sequence[int]) -> None:
        """Remember a run, as far as it came, and its caches if they are whole and within bounds."""
        if self.response[: len(response)] != tuple(response):
            self.response = tuple(response)
        if sequence.intact and sequence.bytes <= self._most_bytes:
            self._sequence = sequence

    def forward_pass(self, token_ids: tuple[int, ...]) -> ForwardPass | None:
        """The forward pass of the beginning of the run, if that is what these tokens are, and if it was kept."""
        return None if self._sequence is None else self._sequence.forward_pass(token_ids)
