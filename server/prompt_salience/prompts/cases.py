"""Cases: what the variables of a template are filled with, and where that is written.

Decisions:
- The data of a value are plain Python data whose strings and numbers are traced (see ``traced_text``).
- A case's name is what a person types to choose it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from prompt_salience.prompts.source_map import Place
from prompt_salience.prompts.traced_text import TracedText


@dataclass(frozen=True)
class Value:
    """A variable's value: where its name is written, where the value is, and the data."""

    name_place: Place
    place: Place
    data: Any


@dataclass(frozen=True)
class Case:
    """One way to fill a template.

    Attributes:
        name: what it is chosen by; empty for the only case of a template.
        values: the values by variable.
        target: the text to explain instead of the model's response, or None.
        source: a label that says where the case comes from, or an empty string.
        prompt: the whole prompt where a case brings its own, as a JSONL row does, or None.
    """

    name: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    target: str | None = None
    source: str = ""
    prompt: TracedText | None = None


@dataclass(frozen=True)
class Input:
    """A variable that a template declares, with the place of its name. ``kind`` is empty where none is declared."""

    name: str
    place: Place
    kind: str = ""
