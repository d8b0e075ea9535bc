"""From token scores to unit scores.

Decisions:
- A token's score goes to the units its characters lie in, in proportion to the characters shared with each. Only
  characters that lie in some unit count: scaffolding and the blanks between units cost a unit nothing.
- A token of white space alone counts nowhere, not even inside a unit: ``inked_spans`` takes its characters away.
- The byte tokens of one character share its range, and each passes its own score on.
- Units are in order and do not overlap, so the units of a token are neighbours: the work is linear in the number
  of (token, unit) pairs that touch, never tokens times units.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

Spans = NDArray[np.int64]


class Aggregation(StrEnum):
    """How the scores of a unit's tokens become one number: their sum, or their mean weighted by shared characters."""

    SUM = "sum"
    MEAN = "mean"


def unit_scores(
    token_scores: NDArray[np.float64], token_spans: ArrayLike, unit_spans: ArrayLike, aggregation: Aggregation
) -> NDArray[np.float64]:
    """Scores of units from the scores of tokens.

    Args:
        token_scores: shape (..., tokens).
        token_spans: start and end of each token's characters, shape (tokens, 2); an empty range counts nowhere.
        unit_spans: start and end of each unit, shape (units, 2), in order and without overlap.
        aggregation: the sum keeps the total of all tokens that touch a unit; the mean divides each sum by the
            number of tokens in the unit, a token shared with others counting as the fraction that is shared.

    Returns:
        An array of shape (..., units); zero for a unit that no token touches.

    Raises:
        ValueError: the shapes do not fit, or units overlap or are out of order.
    """
    scores = np.asarray(token_scores, dtype=np.float64)
    tokens, units = _as_spans(token_spans), _as_spans(unit_spans)
    _check(scores, tokens, units)
    contact = contacts(tokens, units)
    rows = scores.reshape(math.prod(scores.shape[:-1]), len(tokens))
    sums = _row_sums(rows[:, contact.token] * contact.fraction, contact.unit, len(units))
    if aggregation is Aggregation.MEAN:
        mass = np.bincount(contact.unit, weights=contact.fraction, minlength=len(units))
        sums = np.divide(sums, mass, out=np.zeros_like(sums), where=mass > 0)
    return sums.reshape(*scores.shape[:-1], len(units))


def inked_spans(text: str, token_spans: ArrayLike) -> Spans:
    """Token spans without the white space at either end; empty for a token of white space alone.

    Args:
        text: what the spans count in, code points.
        token_spans: shape (tokens, 2).

    Returns:
        An array of shape (tokens, 2).
    """
    return _as_spans([_inked(text, start, end) for start, end in _as_spans(token_spans).tolist()])


def _inked(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())


@dataclass(frozen=True, slots=True)
class Contacts:
    """Every pair of a token and a unit that share characters, by token and then by unit.

    ``characters`` is how many they share, ``fraction`` the part of the token's score that goes to the unit.
    """

    token: NDArray[np.int64]
    unit: NDArray[np.int64]
    characters: NDArray[np.int64]
    fraction: NDArray[np.float64]


def contacts(token_spans: ArrayLike, unit_spans: ArrayLike) -> Contacts:
    """The contacts of tokens, shape (tokens, 2), with units, shape (units, 2), in order and without overlap."""
    tokens, units = _as_spans(token_spans), _as_spans(unit_spans)
    first = np.searchsorted(units[:, 1], tokens[:, 0], side="right")
    last = np.searchsorted(units[:, 0], tokens[:, 1], side="left")
    counts = np.where(tokens[:, 1] > tokens[:, 0], np.maximum(last - first, 0), 0)
    token = np.repeat(np.arange(len(tokens)), counts)
    position_within_token = np.arange(len(token)) - np.repeat(np.cumsum(counts) - counts, counts)
    unit = first[token] + position_within_token
    starts = np.maximum(tokens[token, 0], units[unit, 0])
    shared = np.minimum(tokens[token, 1], units[unit, 1]) - starts
    total = np.bincount(token, weights=shared, minlength=len(tokens))
    return Contacts(token, unit, shared, shared / total[token])


def _row_sums(values: NDArray[np.float64], columns: NDArray[np.int64], width: int) -> NDArray[np.float64]:
    """Sum the entries of each row that go to the same column: shape (rows, pairs) to (rows, width)."""
    rows = len(values)
    cells = np.arange(rows)[:, np.newaxis] * width + columns
    sums = np.bincount(cells.ravel(), weights=values.ravel(), minlength=rows * width)
    return np.asarray(sums, dtype=np.float64).reshape(rows, width)


def _as_spans(spans: ArrayLike) -> Spans:
    return np.asarray(spans, dtype=np.int64).reshape(-1, 2)


def _check(scores: NDArray[np.float64], tokens: Spans, units: Spans) -> None:
    if scores.ndim == 0 or scores.shape[-1] != len(tokens):
        message = f"{len(tokens)} token spans do not fit scores of shape {scores.shape}"
        raise ValueError(message)
    if np.any(units[:, 1] <= units[:, 0]) or np.any(units[1:, 0] < units[:-1, 1]):
        message = "units are empty, overlap or are out of order"
        raise ValueError(message)
