"""Where the names of variables stand in front matter and in files of values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prompt_salience.prompts.source_map import Place
from prompt_salience.prompts.yaml_outline import Entry, Shape


@dataclass(frozen=True)
class WrittenName:
    """A variable's name at ``place``.

    Attributes:
        entry: what stands under the name: a value, or the declaration of an input.
        case: the case that it is for; None for all cases.
        declares: whether this declares an input.
    """

    name: str
    place: Place
    entry: Entry
    case: str | None = None
    declares: bool = False


def names_in_front_matter(outline: Entry) -> Iterator[WrittenName]:
    """The names under ``inputs`` and ``sample`` of a Prompty file."""
    inputs, sample = outline.entry("inputs"), outline.entry("sample")
    for entry in inputs.entries if inputs else ():
        name = entry.entry("name") if inputs and inputs.shape is Shape.LIST else None
        if name:
            yield WrittenName(name.value, name.place, entry, declares=True)
        elif entry.key:
            yield WrittenName(entry.name, entry.key, entry, declares=True)
    yield from _values(sample, None)


def names_in_sidecar(outline: Entry) -> Iterator[WrittenName]:
    """The names of values in a file of values, for each of its cases."""
    cases, values = outline.entry("cases"), outline.entry("values")
    if cases is None and values is None:
        yield from _values(outline, None)
        return
    yield from _values(values, None)
    for name, case in named_cases(outline):
        yield from _values(case.entry("values"), name)


def named_cases(outline: Entry) -> Iterator[tuple[str, Entry]]:
    """The cases of a file of values, with their names."""
    cases = outline.entry("cases")
    for number, case in enumerate(cases.entries if cases else (), start=1):
        name = case.entry("name") if case.key is None else None
        yield case.name or (name.value if name else "") or str(number), case


def _values(entry: Entry | None, case: str | None) -> Iterator[WrittenName]:
    for found in entry.entries if entry and entry.shape is Shape.MAPPING else ():
        if found.key:
            yield WrittenName(found.name, found.key, found, case)
