"""Another name for a variable, at all its places in body, front matter and file of values.

Decisions:
- A new name never changes the rendered text. Where that is not certain, renaming is refused.
- A new name must not be in use anywhere in the prompt file, not even in another scope: what is clear to Jinja would
  not be clear to a reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import normalize

from prompt_salience.editor.known import is_current
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.symbols import Role, Symbol, symbol_at, symbols
from prompt_salience.editor.text_change import Changes, TextChange
from prompt_salience.prompts.formats.prompty import NAME as PROMPTY
from prompt_salience.prompts.jinja.vocabulary import CONSTANTS, IMPLIED, KEYWORDS, functions
from prompt_salience.prompts.source_map import Place

SHAPING = ("cases", "values")
"""Names that at the top of a file of values are no variables."""


class RenameError(Exception):
    """Renaming is refused; the message says why, and is meant for the person who asked for it."""


@dataclass(frozen=True)
class Renamable:
    """The name at ``start:end`` of the document that was asked about, without quotes."""

    start: int
    end: int
    name: str


def renamable(snapshot: Snapshot, path: str, offset: int) -> Renamable:
    """The name at an offset that can be changed.

    Raises:
        RenameError: there is none.
    """
    symbol, place = _symbol(snapshot, path, offset)
    quoted = place.end - place.start > len(symbol.name)
    return Renamable(place.start + quoted, place.end - quoted, symbol.name)


def rename(snapshot: Snapshot, path: str, offset: int, new_name: str) -> Changes:
    """The changes that give the variable at an offset a new name.

    Raises:
        RenameError: there is no variable that can have another name, or it cannot have this one.
    """
    symbol, _ = _symbol(snapshot, path, offset)
    _check(snapshot, symbol, new_name)
    changes: dict[str, dict[TextChange, None]] = {}
    for found in symbol.places:
        change = _change(snapshot, found.place, symbol.name, new_name)
        changes.setdefault(found.place.path, {})[change] = None
    return {changed: tuple(sorted(of_path)) for changed, of_path in changes.items()}


def _symbol(snapshot: Snapshot, path: str, offset: int) -> tuple[Symbol, Place]:
    if snapshot.analysis.template is None:
        raise RenameError("Names can be changed once the problems of this file are mended.")
    if not is_current(snapshot):
        raise RenameError("The file has just changed. Try again.")
    found = symbol_at(snapshot, path, offset)
    if found is None:
        raise RenameError("There is no variable here.")
    symbol, place = found
    if symbol.part:
        raise RenameError(f"'{symbol.name}' is a part of a value; only variables can be renamed.")
    if symbol.name in IMPLIED or (symbol.name in functions() and not _is_given(symbol)):
        raise RenameError(f"'{symbol.name}' belongs to the template language.")
    if symbol.fixed:
        raise RenameError(f"'{symbol.name}' cannot be renamed: the template passes it on, or calls it by other names.")
    for known in symbol.places:
        _change(snapshot, known.place, symbol.name, symbol.name)
    return symbol, place


def _is_given(symbol: Symbol) -> bool:
    return any(place.role is not Role.READ for place in symbol.places)


def _check(snapshot: Snapshot, symbol: Symbol, name: str) -> None:
    if not name.isidentifier() or normalize("NFKC", name) != name:
        raise RenameError(f"'{name}' is no name: letters, digits and _ make one, and no digit begins it.")
    if name in KEYWORDS | CONSTANTS | IMPLIED | functions():
        raise RenameError(f"'{name}' has a meaning in the template language.")
    if any(other.variable == name for other in symbols(snapshot) if other is not symbol) and name != symbol.name:
        raise RenameError(f"There is a variable '{name}' already.")
    is_set = any(place.role is Role.DEFINITION for place in symbol.places)
    if is_set and name.startswith("_") != symbol.name.startswith("_"):
        raise RenameError("Names that begin with _ are hidden from blocks: neither add it nor take it away.")
    if name in SHAPING and _stands_at_the_top(snapshot):
        raise RenameError(f"'{name}' has a meaning at the top of a file of values.")


def _stands_at_the_top(snapshot: Snapshot) -> bool:
    template = snapshot.analysis.template
    outline = template.outline if template and template.format != PROMPTY else None
    return outline is not None and not any(outline.entry(name) for name in SHAPING)


def _change(snapshot: Snapshot, place: Place, name: str, new_name: str) -> TextChange:
    written = snapshot.documents[place.path].text[place.start : place.end]
    for quote in ("", "'", '"'):
        if written == f"{quote}{name}{quote}":
            return TextChange(place.start, place.end, f"{quote}{new_name}{quote}")
    raise RenameError(f"'{name}' is written as {written} somewhere, which cannot be changed safely.")
