"""The variables of a prompt file: where each is read, set, declared and given a value.

Decisions:
- Places are told only while the analysis is of the current texts.
- A variable of the template is one thing with its values in all cases; a name that the template sets for itself is
  another, even where the two are called the same (see ``prompts.jinja.scopes``).
- A part of a value, such as ``user.name``, is at the key in the mapping.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from prompt_salience.editor.known import is_current
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.prompts.formats.format import PromptTemplate
from prompt_salience.prompts.formats.prompty import NAME as PROMPTY
from prompt_salience.prompts.formats.prompty import VALUE_KEYS
from prompt_salience.prompts.formats.written_names import WrittenName, names_in_front_matter, names_in_sidecar
from prompt_salience.prompts.jinja.scopes import TemplateName, Use
from prompt_salience.prompts.source_map import Place
from prompt_salience.prompts.yaml_outline import Entry, Shape

Path = tuple[str | int, ...]


class Role(StrEnum):
    """What a name does where it stands.

    ``VALUE`` is the name of a value of some case, ``DECLARATION`` one of an input of Prompty, ``DEFINITION`` where
    the template itself sets the name.
    """

    VALUE = "value"
    DECLARATION = "declaration"
    DEFINITION = "definition"
    READ = "read"


@dataclass(frozen=True, slots=True)
class SymbolPlace:
    """A place of a name, with the quotes around it if there are any, and the case whose value it names, if it does."""

    place: Place
    role: Role
    case: str | None = None


@dataclass(frozen=True)
class Symbol:
    """A variable, or a part of one.

    Attributes:
        name: what it is called, such as ``guest``, or the last name of ``part``.
        places: where it stands, the prompt file first.
        part: the path within the variable ``variable``; empty for the variable itself.
        variable: the name of the variable.
        outside: whether it comes from the values.
        fixed: whether another name would change the text.
    """

    name: str
    places: tuple[SymbolPlace, ...]
    variable: str
    part: Path = ()
    outside: bool = True
    fixed: bool = False


def symbols(snapshot: Snapshot) -> tuple[Symbol, ...]:
    """All variables of a prompt file and their parts; none while its analysis is of older texts."""
    template = snapshot.analysis.template
    if template is None or not is_current(snapshot):
        return ()
    return tuple(_symbols(template))


def symbol_at(snapshot: Snapshot, path: str, offset: int) -> tuple[Symbol, Place] | None:
    """The symbol at an offset, or just before it, and its place there; None where there is none."""
    touching = (
        (symbol, found.place)
        for symbol in symbols(snapshot)
        for found in symbol.places
        if found.place.path == path and found.place.start <= offset <= found.place.end
    )
    return max(touching, key=lambda pair: pair[1].start, default=None)


def references(snapshot: Snapshot, path: str, offset: int) -> tuple[SymbolPlace, ...]:
    """All places of the symbol at an offset."""
    found = symbol_at(snapshot, path, offset)
    return found[0].places if found else ()


def definition(snapshot: Snapshot, path: str, offset: int) -> tuple[SymbolPlace, ...]:
    """Where the symbol at an offset gets its value, the likeliest place first.

    That is where the chosen case names it, then where the other cases and the inputs do; for a name of the
    template's own it is where it is set.
    """
    found = symbol_at(snapshot, path, offset)
    if found is None:
        return ()
    case = snapshot.analysis.case
    order = {Role.VALUE: 1, Role.DECLARATION: 2, Role.DEFINITION: 3}
    defining = [place for place in found[0].places if place.role in order]
    of_cases = [place for place in defining if place.case in (case, None)] or defining
    return tuple(sorted(of_cases, key=lambda place: (place.case != case, order[place.role])))


def _symbols(template: PromptTemplate) -> Iterator[Symbol]:
    written: dict[str, list[WrittenName]] = {}
    for name in written_names(template):
        written.setdefault(name.name, []).append(name)
    used = template.program.variables if template.program else {}
    for found in template.program.occurrences if template.program else ():
        outside = found.outside and found.name in {**used, **written}
        names = written.pop(found.name, []) if outside else []
        yield _variable(found, names, outside=outside)
        yield from _parts(found, names, outside=outside)
    for unused, names in written.items():
        yield Symbol(unused, _written_places(names), unused)


def written_names(template: PromptTemplate) -> tuple[WrittenName, ...]:
    """Where names of variables stand outside of the template's body."""
    if template.outline is None:
        return ()
    return tuple((names_in_front_matter if template.format == PROMPTY else names_in_sidecar)(template.outline))


def _variable(found: TemplateName, names: Sequence[WrittenName], *, outside: bool) -> Symbol:
    uses = (
        SymbolPlace(seen.place, Role.DEFINITION if seen.use is Use.SET else Role.READ) for seen in found.occurrences
    )
    return Symbol(found.name, (*uses, *_written_places(names)), found.name, (), outside, found.fixed)


def _written_places(names: Iterable[WrittenName]) -> tuple[SymbolPlace, ...]:
    places = (SymbolPlace(name.place, Role.DECLARATION if name.declares else Role.VALUE, name.case) for name in names)
    return tuple(dict.fromkeys(places))


def _parts(found: TemplateName, names: Sequence[WrittenName], *, outside: bool) -> Iterator[Symbol]:
    uses: dict[Path, list[SymbolPlace]] = {}
    for attribute in found.attributes:
        uses.setdefault(attribute.path, []).append(SymbolPlace(attribute.place, Role.READ))
    for path, places in uses.items():
        keys = (_key(name, path) for name in names)
        yield Symbol(str(path[-1]), (*places, *(key for key in keys if key)), found.name, path, outside, fixed=True)


def _key(name: WrittenName, path: Path) -> SymbolPlace | None:
    """The place of the key in a written value that a path leads to."""
    entry: Entry | None = _value(name)
    for part in path:
        entry = _within(entry, part) if entry else None
    return SymbolPlace(entry.key, Role.VALUE, name.case) if entry and entry.key else None


def _within(entry: Entry, part: str | int) -> Entry | None:
    if isinstance(part, str):
        return entry.entry(part)
    inside = -len(entry.entries) <= part < len(entry.entries)
    return entry.entries[part] if entry.shape is Shape.LIST and inside else None


def _value(name: WrittenName) -> Entry:
    given = (name.entry.entry(key) for key in VALUE_KEYS) if name.declares else ()
    return next((found for found in given if found), name.entry)
