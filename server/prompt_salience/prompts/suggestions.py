"""The name that a misspelt name was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

SIMILARITY = 0.6


def nearest(name: str, known: Iterable[str], similarity: float = SIMILARITY) -> str:
    """The known name most like ``name``, or an empty string where none is like it."""
    found = get_close_matches(name, sorted(set(known)), n=1, cutoff=similarity)
    return found[0] if found else ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A suggestion such as ``Did you mean 'guest'?``, or an empty string."""
    return asked(nearest(name, known))


def asked(replacement: str) -> str:
    """The suggestion to write ``replacement``, or an empty string where that is empty."""
    return f"Did you mean {replacement!r}?" if replacement else ""
