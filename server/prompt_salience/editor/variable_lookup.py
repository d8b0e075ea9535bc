"""What a hover tells about the variable at a place: its value in the chosen case, and where that is written."""

from __future__ import annotations

from collections.abc import Iterator
from json import JSONEncoder
from typing import Any

from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.symbols import Path, Role, Symbol, symbol_at
from prompt_salience.editor.variable_info import VariableInfo
from prompt_salience.prompts.cases import Value
from prompt_salience.prompts.rendering import chosen_case
from prompt_salience.prompts.source_map import Place

LONGEST = 400
NOTHING = object()


def variable_info(snapshot: Snapshot, path: str, offset: int) -> VariableInfo | None:
    """What is known about the variable at an offset, or None where there is none."""
    found = symbol_at(snapshot, path, offset)
    if found is None:
        return None
    symbol, occurrence = found
    value = _value(snapshot, symbol)
    data = _part(value.data, symbol.part) if value else NOTHING
    text = None if data is NOTHING else shortened(data)
    place = value.place if value and data is not NOTHING else None
    if place and symbol.part:
        place = _key(snapshot, symbol)
    return VariableInfo(_path_text(symbol), occurrence, text, place, _declared(symbol))


def shortened(data: Any, longest: int = LONGEST) -> str:
    """A value as text, at most ``longest`` characters of it; what is no text is written as JSON."""
    text = ""
    for chunk in (data,) if isinstance(data, str) else _encoded(data):
        text += str.__str__(chunk)[: longest + 1]
        if len(text) > longest:
            return text[: longest - 1] + "…"
    return text


def _encoded(data: Any) -> Iterator[str]:
    return iter(JSONEncoder(ensure_ascii=False, default=str).iterencode(data))


def _value(snapshot: Snapshot, symbol: Symbol) -> Value | None:
    template = snapshot.analysis.template
    if template is None or not symbol.outside:
        return None
    return chosen_case(template, snapshot.analysis.case).values.get(symbol.variable)


def _part(data: Any, path: Path) -> Any:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return NOTHING
    return data


def _key(snapshot: Snapshot, symbol: Symbol) -> Place | None:
    """Where the part is named: in the chosen case, else in what all cases share."""
    named = [place for place in symbol.places if place.role is Role.VALUE]
    of_case = [place.place for place in named if place.case == snapshot.analysis.case]
    shared = [place.place for place in named if place.case is None]
    return next(iter(of_case or shared), None)


def _declared(symbol: Symbol) -> Place | None:
    by_role = {place.role: place.place for place in reversed(symbol.places)}
    return by_role.get(Role.DECLARATION) or (None if symbol.outside else by_role.get(Role.DEFINITION))


def _path_text(symbol: Symbol) -> str:
    return symbol.variable + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in symbol.part)
