"""Adding entries to YAML and removing them, in the style in which it is written.

Decisions:
- A mapping in braces stays on its line; any other gets a line of its own, indented like the entries before it.
- The last entry of a mapping leaves ``{}`` behind: nothing at all would be no mapping.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from prompt_salience.editor.text_change import TextChange
from prompt_salience.prompts.yaml_outline import Entry, Shape

New = str | Mapping[str, "New"]
"""A value to write: a scalar as YAML writes it, or a mapping of names to such values."""

STEP = "  "
LINE_END = re.compile(r"\r\n|\r|\n|\Z")


def line_end_of(text: str) -> str:
    """The line end that a text uses."""
    found = re.search(r"\r\n|\r|\n", text)
    return found.group() if found else "\n"


def entry_lines(name: str, value: New, indent: str = "") -> Iterator[str]:
    """An entry as lines of block style."""
    if isinstance(value, str):
        yield f"{indent}{name}: {value}"
        return
    yield f"{indent}{name}:"
    for key, inner in value.items():
        yield from entry_lines(key, inner, indent + STEP)


def with_entry(text: str, mapping: Entry, name: str, value: New) -> TextChange:
    """The change that adds an entry at the end of a mapping."""
    if mapping.flow or not mapping.entries:
        return _within_braces(mapping, f"{name}: {_in_braces(value)}")
    indent = " " * _column(text, mapping.entries[0].start)
    return _below(text, mapping, entry_lines(name, value, indent))


def with_item(text: str, items: Entry, value: Mapping[str, New]) -> TextChange:
    """The change that adds a mapping at the end of a list."""
    if items.flow or not items.entries:
        return _within_braces(items, _in_braces(value))
    first = items.entries[0].start
    line = _line_start(text, first)
    column = text.rindex("-", line, first) - line
    inside = " " * (first - line)
    lines = [line for key, inner in value.items() for line in entry_lines(key, inner, inside)]
    lines[0] = " " * column + "-" + lines[0][column + 1 :]
    return _below(text, items, lines)


def without_entry(text: str, collection: Entry, entry: Entry) -> TextChange:
    """The change that takes an entry out of a mapping, or an item out of a list."""
    siblings = collection.entries
    number = siblings.index(entry)
    if len(siblings) == 1:
        empty = "{}" if collection.shape is Shape.MAPPING else "[]"
        start = _dash(text, entry.start) if not collection.flow and collection.shape is Shape.LIST else entry.start
        return TextChange(collection.place.start if collection.flow else start, collection.end, empty)
    if number == 0:
        return TextChange(entry.start, siblings[1].start, "")
    if collection.flow:
        return TextChange(siblings[number - 1].end, entry.end, "")
    return _without_lines(text, entry)


def _without_lines(text: str, entry: Entry) -> TextChange:
    """The change that takes out the lines of an entry, and with the last line of a text the line end above it."""
    start, end = _line_start(text, entry.start), _line_end_after(text, entry.end)
    if text[end - 1] in "\r\n":
        return TextChange(start, end, "")
    line_end = LINE_END.match(text, end)
    if line_end and line_end.group():
        return TextChange(start, line_end.end(), "")
    return TextChange(len(text[:start].removesuffix("\n").removesuffix("\r")), end, "")


def _in_braces(value: New) -> str:
    if isinstance(value, str):
        return value
    return "{" + ", ".join(f"{name}: {_in_braces(inner)}" for name, inner in value.items()) + "}"


def _within_braces(collection: Entry, written: str) -> TextChange:
    if collection.entries:
        end = collection.entries[-1].end
        return TextChange(end, end, f", {written}")
    inside = collection.place.end - 1
    return TextChange(inside, inside, written)


def _below(text: str, collection: Entry, lines: Iterator[str] | list[str]) -> TextChange:
    line_end = line_end_of(text)
    at = _line_end_after(text, collection.entries[-1].end)
    written = line_end.join(lines)
    if at and text[at - 1] in "\r\n":
        return TextChange(at, at, written + line_end)
    return TextChange(at, at, line_end + written)


def _line_end_after(text: str, offset: int) -> int:
    r"""The end of the line in which a value ends; a value that ends with its line end is followed by a new line."""
    if offset and text[offset - 1] in "\r\n":
        return offset
    found = LINE_END.search(text, offset)
    return found.start() if found else len(text)


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _column(text: str, offset: int) -> int:
    return offset - _line_start(text, offset)


def _dash(text: str, offset: int) -> int:
    return text.rindex("-", 0, offset)
