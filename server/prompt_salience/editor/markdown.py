"""Prompt text inside the Markdown of a hover: shown as it is, whatever it is.

Decisions:
- Every sign that Markdown or HTML would take for its own is escaped, and so is what would become a link by itself.
  Control characters and those that reorder text are shown as escapes.
- A longer text stands in a fence that is longer than any run of backticks in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from prompt_salience.prompts.source_map import Place
from prompt_salience.report.escaping import escaped
from prompt_salience.report.layout import clipped

Link = Callable[[Place], str]
"""Makes a URI that opens a place of the current texts."""

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>|~&$#!@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_BACKTICKS = re.compile("`+")
_UNSAFE_IN_LINK = re.compile(r"[<>\s\\]")
EXCERPT_WIDTH = 60
MOST_VALUE_CHARACTERS = 400
MOST_VALUE_LINES = 12


def plain(text: str) -> str:
    """Text that Markdown shows just as it is, on one line."""
    return _SPECIAL.sub(r"\\\g<0>", escaped(" ".join(text.split())))


def shortened(text: str, width: int = EXCERPT_WIDTH) -> str:
    """The beginning of a text on one row of at most ``width`` columns, with an ellipsis where it was cut."""
    bounded = " ".join(text[: 8 * width].split())
    return clipped(bounded + ("…" if len(text) > 8 * width else ""), width)


def excerpt(text: str, width: int = EXCERPT_WIDTH) -> str:
    """The beginning of a text, as Markdown."""
    return plain(shortened(text, width))


def fenced(text: str) -> str:
    """A text in a block of its own, cut where it is long."""
    lines = escaped(text[:MOST_VALUE_CHARACTERS]).split("\n")
    cut = len(text) > MOST_VALUE_CHARACTERS or len(lines) > MOST_VALUE_LINES
    shown = "\n".join(lines[:MOST_VALUE_LINES]) + ("…" if cut else "")
    fence = "`" * max(3, *(len(run) + 1 for run in _BACKTICKS.findall(shown)), 3)
    return f"{fence}text\n{shown}\n{fence}"


def linked(text: str, uri: str) -> str:
    """A link; ``text`` is plain text."""
    safe = _UNSAFE_IN_LINK.sub(lambda found: f"%{ord(found[0]):02X}", uri)
    return f"[{plain(text)}](<{safe}>)"


def place_name(place: Place, line: int) -> str:
    """How a place is called: the name of its file and the line, counted from one."""
    name = place.path.replace("\\", "/").rpartition("/")[2]
    return f"{name}:{line}"
