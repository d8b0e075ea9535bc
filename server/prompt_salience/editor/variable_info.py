"""A variable under the pointer, as a hover needs to know it."""

from __future__ import annotations

from dataclasses import dataclass

from prompt_salience.prompts.source_map import Place


@dataclass(frozen=True)
class VariableInfo:
    """A variable of a template, at one of the places where it stands.

    Attributes:
        name: such as ``guest``, or a path such as ``docs[1].title``.
        occurrence: where the pointer is on it, in the current text.
        value: what it is filled with in the case that is chosen, as text; None where it has no value.
        place: where the value is written, in the current text; None where that is not known.
        declared: where the name is declared, in the current text; None where it is not.
    """

    name: str
    occurrence: Place
    value: str | None = None
    place: Place | None = None
    declared: Place | None = None
