"""Which names stand where in a YAML text: what an editor shows, renames and adds to.

Decisions:
- Under an alias stands what its anchor holds, with the places at which that is written. A text may hold more of
  them than anybody could count, so an outline is looked at by name or to a fixed depth only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import yaml

from prompt_salience.prompts.source_map import Place
from prompt_salience.prompts.yaml_data import MOST_NESTED, YamlText


class Shape(StrEnum):
    """What a value is made of."""

    SCALAR = "scalar"
    LIST = "list"
    MAPPING = "mapping"


@dataclass(frozen=True)
class Entry:
    """One entry of a mapping, one item of a list, or the whole text.

    Attributes:
        name: the key as YAML reads it; empty for an item and for the whole.
        key: where the key is written; None for an item and for the whole.
        place: where the value is written.
        shape: what the value is.
        flow: whether it is written in braces or brackets.
        value: the text of a scalar; empty for the others.
        entries: what a mapping or a list holds.
    """

    name: str
    key: Place | None
    place: Place
    shape: Shape
    flow: bool = False
    value: str = ""
    entries: tuple[Entry, ...] = ()

    @property
    def start(self) -> int:
        """Where the entry starts, with its key."""
        return (self.key or self.place).start

    @property
    def end(self) -> int:
        """Where the last value in it ends; comments below that are not part of it."""
        inner = self.place.end if self.flow or not self.entries else self.entries[-1].end
        # An alias does not tell where it is written, only what its anchor holds, further up.
        return max(inner, self.key.end if self.key else 0)

    def entry(self, *names: str) -> Entry | None:
        """What stands under a key, and under a key of that, and so on; None where something is missing."""
        found = self
        for name in names:
            inner = next((entry for entry in found.entries if entry.key and entry.name == name), None)
            if inner is None:
                return None
            found = inner
        return found


def outlined(text: YamlText, root: yaml.Node) -> Entry:
    """The outline of a YAML text whose root node is known."""
    return _Reader(text).entry("", None, root, 0)


class _Reader:
    def __init__(self, text: YamlText) -> None:
        self._text = text
        self._known: dict[int, Entry] = {}

    def entry(self, name: str, key: yaml.Node | None, node: yaml.Node, depth: int) -> Entry:
        """One node and what it holds."""
        at = self._text.place(key) if key else None
        place = self._text.place(node)
        if isinstance(node, yaml.ScalarNode):
            return Entry(name, at, place, Shape.SCALAR, value=str(node.value))
        if id(node) not in self._known:
            shape = Shape.MAPPING if isinstance(node, yaml.MappingNode) else Shape.LIST
            flow = isinstance(node, yaml.CollectionNode) and bool(node.flow_style)
            self._known[id(node)] = empty = Entry(name, at, place, shape, flow)
            held = self._entries(node, depth + 1) if depth < MOST_NESTED else ()
            self._known[id(node)] = replace(empty, entries=held)
        return replace(self._known[id(node)], name=name, key=at)

    def _entries(self, node: yaml.Node, depth: int) -> tuple[Entry, ...]:
        if isinstance(node, yaml.SequenceNode):
            return tuple(self.entry("", None, item, depth) for item in node.value)
        return tuple(self.entry(_name(key), key, value, depth) for key, value in node.value)


def _name(key: yaml.Node) -> str:
    return str(key.value) if isinstance(key, yaml.ScalarNode) else ""
