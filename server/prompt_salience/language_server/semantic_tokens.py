"""Highlights in the numbers of the protocol, whole and as differences.

Decisions:
- What a document was last told is kept, so that a difference can be told; a client that refers to anything else gets
  the whole.
- A difference is one edit: what is between the longest common beginning and the longest common end.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cache

import numpy as np
from lsprotocol import types
from numpy.typing import NDArray

from prompt_salience.editor.highlight import Highlight, Kind, Modifier
from prompt_salience.language_server.positions import Lines

LEGEND = types.SemanticTokensLegend([kind.value for kind in Kind], [modifier.value for modifier in Modifier])
_KINDS = {kind: number for number, kind in enumerate(Kind)}
_BITS = {modifier: 1 << number for number, modifier in enumerate(Modifier)}
_NUMBERS = 5
"""A token is this many numbers: line, character, length, type, modifiers."""


class SemanticTokens:
    """What each document was last told."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[str, list[int]]] = {}
        self._ids = itertools.count(1)

    def whole(self, uri: str, data: list[int]) -> types.SemanticTokens:
        """All tokens of a document."""
        return types.SemanticTokens(data, self._keep(uri, data))

    def difference(self, uri: str, previous: str, data: list[int]) -> types.SemanticTokens | types.SemanticTokensDelta:
        """What has changed since a previous answer, or all where that is not known any more."""
        known, before = self._last.get(uri, ("", []))
        if known != previous:
            return self.whole(uri, data)
        return types.SemanticTokensDelta(_edits(before, data), self._keep(uri, data))

    def forget(self, uri: str) -> None:
        """A document was closed."""
        self._last.pop(uri, None)

    def _keep(self, uri: str, data: list[int]) -> str:
        result_id = str(next(self._ids))
        self._last[uri] = result_id, data
        return result_id


def encoded(highlights: Sequence[Highlight], lines: Lines) -> list[int]:
    """Highlights of one text as the protocol's numbers, each token relative to the one before."""
    if not highlights:
        return []
    starts, ends = [found.start for found in highlights], [found.end for found in highlights]
    rows, columns = lines.columns(starts)
    down = np.diff(rows, prepend=0)
    right = np.where(down == 0, np.diff(columns, prepend=0), columns)
    kinds = [_KINDS[found.kind] for found in highlights]
    modifiers = [_bits(found.modifiers) for found in highlights]
    numbers: list[int] = np.column_stack((down, right, lines.widths(starts, ends), kinds, modifiers)).ravel().tolist()
    return numbers


@cache
def _bits(modifiers: tuple[Modifier, ...]) -> int:
    return sum(_BITS[modifier] for modifier in modifiers)


def _edits(before: Sequence[int], now: Sequence[int]) -> list[types.SemanticTokensEdit]:
    old, new = _tokens(before), _tokens(now)
    shorter = min(len(old), len(new))
    head = _equal_rows(old[:shorter], new[:shorter])
    rest = shorter - head
    tail = _equal_rows(old[len(old) - rest :][::-1], new[len(new) - rest :][::-1])
    if head == len(old) == len(new):
        return []
    removed = len(old) - head - tail
    added = now[head * _NUMBERS : len(now) - tail * _NUMBERS]
    return [types.SemanticTokensEdit(head * _NUMBERS, removed * _NUMBERS, list(added))]


def _tokens(data: Sequence[int]) -> NDArray[np.int64]:
    return np.asarray(data, np.int64).reshape(-1, _NUMBERS)


def _equal_rows(one: NDArray[np.int64], other: NDArray[np.int64]) -> int:
    """How many rows from the first on are equal."""
    different = np.flatnonzero((one != other).any(axis=1))
    return int(different[0]) if len(different) else len(one)
