"""Guesses at what a model will write next, which cost nothing: from its last response, from what stands before.

Decisions:
- As long as the response is the last one over again, the rest of that is the draft, all of it: after an edit that
  changes nothing, and that is most of them, a response is checked in one pass.
- From then on, the last few tokens are looked up in the prompt, the last response and the new one, and what followed
  them there, where they stood last, is the draft: a short one, as it is a guess.
- A pass over a looked-up draft costs about two steps. One that brought less is followed by a pause, twice as long each
  time in a row, so that a text that repeats nothing is written at its usual speed.
- A draft never changes what is written, only how soon.
"""

from __future__ import annotations

from collections.abc import Sequence

from prompt_salience.engine.lengths import DRAFT_LENGTHS

_LOOKED_UP = 3
_WORTHWHILE = 3
_, _SHORT, _LONG = (length - 1 for length in DRAFT_LENGTHS)


class Drafts:
    """What may come after the tokens of one response, as it grows."""

    def __init__(self, prompt: Sequence[int], last_response: Sequence[int]) -> None:
        self._last_response, self._same = tuple(last_response), True
        self._written, self._pause, self._resumes = 0, 0, 0
        self._looked_up = False
        self._context = tuple(prompt[-_LOOKED_UP:])
        self._tokens: list[int] = []
        self._follows: dict[tuple[int, ...], int] = {}
        self._learn((*prompt, *last_response))

    def write(self, token_ids: Sequence[int]) -> None:
        """Take in what the response goes on with."""
        end = self._written + len(token_ids)
        self._same = self._same and self._last_response[self._written : end] == tuple(token_ids)
        self._written = end
        self._context = (*self._context, *token_ids)[-_LOOKED_UP:]
        self._learn(token_ids)
        if self._looked_up:
            self._pause = 0 if len(token_ids) >= _WORTHWHILE else 2 * self._pause + 1
            self._resumes = self._written + self._pause

    def next(self, most: int) -> tuple[int, ...]:
        """At most ``most`` tokens that may come next; none where nothing suggests any."""
        if self._same and self._written < len(self._last_response):
            return self._last_response[self._written :][: min(most, _LONG)]
        found = self._found(min(most, _SHORT)) if self._written >= self._resumes else ()
        self._looked_up = bool(found)
        return found

    def _found(self, most: int) -> tuple[int, ...]:
        place = self._follows.get(self._context, len(self._tokens))
        return tuple(self._tokens[place : place + most])

    def _learn(self, token_ids: Sequence[int]) -> None:
        for token_id in token_ids:
            self._follows[tuple(self._tokens[-_LOOKED_UP:])] = len(self._tokens)
            self._tokens.append(token_id)
