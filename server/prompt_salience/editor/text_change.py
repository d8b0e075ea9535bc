"""Changes to a document's text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class TextChange:
    """The characters ``start:end`` of a document become ``text``."""

    start: int
    end: int
    text: str


Changes = Mapping[str, tuple[TextChange, ...]]
"""Changes by path, in order and without overlap, all in offsets of the unchanged texts.

A path that is no document yet means a new file.
"""


def applied(text: str, changes: Iterable[TextChange]) -> str:
    """The text after changes that do not overlap."""
    for change in sorted(changes, reverse=True):
        text = text[: change.start] + change.text + text[change.end :]
    return text
