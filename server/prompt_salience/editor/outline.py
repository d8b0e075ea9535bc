"""What a prompt file consists of, as a tree: messages, headings, examples, variables, cases and rows.

Decisions:
- Everything is told from the text alone, so that the outline stays while a file is broken.
- The body is looked at as it is written, with its tags in it: a message or an example that a loop repeats stands
  there once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain

from prompt_salience.editor.body_range import body_range
from prompt_salience.editor.headings import Heading, headings
from prompt_salience.editor.remembering import remembered
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.written_outline import read_outline
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.examples import examples
from prompt_salience.prompts.formats import jsonl, prompty
from prompt_salience.prompts.formats.json_keys import rows
from prompt_salience.prompts.formats.written_names import WrittenName, named_cases, names_in_front_matter
from prompt_salience.prompts.pieces import stripped
from prompt_salience.prompts.roles import MARKER, ROLES
from prompt_salience.prompts.yaml_outline import Entry, Shape

LONGEST_NAME = 60
SHOWN = ("example", "question")


class ItemKind(StrEnum):
    """What an item of an outline is."""

    MESSAGE = "message"
    HEADING = "heading"
    EXAMPLE = "example"
    QUESTION = "question"
    VARIABLE = "variable"
    CASE = "case"
    VALUE = "value"
    ROW = "row"


@dataclass(frozen=True)
class Item:
    """One thing in a prompt file.

    Attributes:
        name: what it is called; never empty.
        detail: a few words about it; may be empty.
        start: where it starts.
        end: where it ends, after all that belongs to it.
        name_start: where its name, or its first line, starts.
        name_end: where that ends; both lie within the item.
        children: what is inside of it, in order, without overlap.
    """

    name: str
    kind: ItemKind
    start: int
    end: int
    name_start: int
    name_end: int
    detail: str = ""
    children: tuple[Item, ...] = ()


@remembered
def outline(snapshot: Snapshot, path: str) -> tuple[Item, ...]:
    """The items of the prompt file, or of its file of values, in order, without overlap."""
    document = snapshot.documents.get(path)
    if document is None:
        return ()
    if path != snapshot.path:
        return tuple(_sidecar(document))
    if snapshot.analysis.format.NAME == jsonl.NAME:
        return tuple(_rows(document.text))
    body = body_range(snapshot)
    declared = _inputs(document) if snapshot.analysis.format.NAME == prompty.NAME else ()
    with_roles = snapshot.analysis.format.NAME == prompty.NAME
    return (*declared, *_body(document.text, body, with_roles=with_roles))


def _inputs(document: Document) -> Iterator[Item]:
    found = read_outline(document, prompty.NAME)
    names = names_in_front_matter(found) if found else ()
    yield from _without_overlap(_named(document.text, name, ItemKind.VARIABLE) for name in names)


def _named(text: str, name: WrittenName, kind: ItemKind) -> Item:
    start, end = min(name.place.start, name.entry.start), max(name.place.end, name.entry.end)
    return Item(name.name or "''", kind, start, end, name.place.start, name.place.end, _detail(text, name.entry))


def _detail(text: str, entry: Entry) -> str:
    return _short(text[entry.place.start : entry.place.end]) if entry.shape is Shape.SCALAR else ""


def _body(text: str, body: tuple[int, int], *, with_roles: bool) -> Iterator[Item]:
    start, end = body
    found = MARKER.finditer(text, start, end) if with_roles else ()
    marks = [mark for mark in found if mark["role"].lower() in ROLES]
    borders = [*(mark.start() for mark in marks), end]
    yield from _sections(text, start, borders[0])
    for mark, until in zip(marks, borders[1:], strict=True):
        yield _message(text, mark, until)


def _message(text: str, mark: re.Match[str], end: int) -> Item:
    """What the role of a marker says, up to the next marker at ``end``."""
    inside = tuple(_sections(text, mark.end(), end))
    said = text[mark.end() : end].rstrip()
    name, role = mark.span("role"), mark["role"].lower()
    return Item(role, ItemKind.MESSAGE, mark.start(), mark.end() + len(said), *name, _short(said), inside)


def _sections(text: str, start: int, end: int) -> Iterator[Item]:
    """The headings of a stretch, each with the headings and examples below it, and the examples outside of them."""
    found = sorted(chain(_nested(headings(text, start, end)), _examples(text, start, end)), key=_order)
    yield from _tree(found)


def _nested(found: Sequence[Heading]) -> Iterator[Item]:
    for heading in found:
        name = _short(heading.title) or "#"
        yield Item(name, ItemKind.HEADING, heading.start, heading.end, heading.start, heading.line_end)


def _examples(text: str, start: int, end: int) -> Iterator[Item]:
    number = 0
    for piece in stripped(text, examples(text, start, end)):
        if piece.kind in SHOWN:
            number += piece.kind == "example"
            name = f"Example {number}" if piece.kind == "example" else "Question"
            words = _short(text[piece.start : piece.end])
            line_end = _line_end(text, piece.start, piece.end)
            yield Item(name, ItemKind(piece.kind), piece.start, piece.end, piece.start, line_end, words)


def _order(item: Item) -> tuple[int, int]:
    return item.start, -item.end


def _tree(items: Sequence[Item]) -> tuple[Item, ...]:
    """Items in order as a tree: one that starts inside another is its child, and ends with it at the latest."""
    found: list[Item] = []
    position = 0
    while position < len(items):
        item = items[position]
        inside = position + 1
        while inside < len(items) and items[inside].start < item.end:
            inside += 1
        held = (replace(child, end=min(child.end, item.end)) for child in items[position + 1 : inside])
        found.append(replace(item, children=_tree([child for child in held if child.name_end <= child.end])))
        position = inside
    return tuple(found)


def _sidecar(document: Document) -> Iterator[Item]:
    whole = read_outline(document)
    if whole is None:
        return
    if whole.entry("cases") is None and whole.entry("values") is None:
        yield from _values(document.text, whole)
        return
    shared = whole.entry("values")
    items = [*(_values(document.text, shared) if shared else ())]
    for name, case in named_cases(whole):
        values = case.entry("values")
        inside = _without_overlap(_values(document.text, values)) if values else ()
        start, end = case.start, case.end
        name_end = case.key.end if case.key else _line_end(document.text, start, end)
        children = tuple(child for child in inside if start <= child.start and child.end <= end)
        items.append(Item(name, ItemKind.CASE, start, end, start, name_end, "", children))
    yield from _without_overlap(items)


def _values(text: str, mapping: Entry) -> Iterator[Item]:
    named = (WrittenName(entry.name, entry.key, entry) for entry in mapping.entries if entry.key)
    yield from _without_overlap(_named(text, name, ItemKind.VALUE) for name in named)


def _without_overlap(items: Iterable[Item]) -> Iterator[Item]:
    """Items in the order of the text; what an alias shows a second time is left out."""
    position = -1
    for item in sorted(items, key=_order):
        if item.start >= position:
            yield item
            position = item.end


def _rows(text: str) -> Iterator[Item]:
    for number, (start, end) in enumerate(rows(text), start=1):
        yield Item(f"Row {number}", ItemKind.ROW, start, end, start, end, _short(text[start:end]))


def _short(text: str) -> str:
    line = " ".join(text[: 4 * LONGEST_NAME].split())
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1] + "…"


def _line_end(text: str, start: int, end: int) -> int:
    ends = (text.find(sign, start, end) for sign in "\r\n")
    return min((found for found in ends if found >= 0), default=end)
