"""Which occurrences of a name in a template mean the same variable.

Decisions:
- A loop's body, a macro, and the bodies of ``with``, ``call``, ``filter``, ``block`` and ``set`` blocks are scopes;
  the branches of an ``if`` are not, as in Jinja.
- What a scope sets before it reads it, and not only under a condition, is a variable of its own. In any other case
  the occurrences may mean the variable outside, and count as that one.
- Blocks see what the whole template sets, in ways that are not told apart: a name that occurs in a block is one
  variable throughout.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from prompt_salience.prompts.source_map import Place


class Use(StrEnum):
    """What a template does with a name where it stands."""

    READ = "read"
    SET = "set"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A name at a place."""

    place: Place
    use: Use


@dataclass(frozen=True, slots=True)
class Attribute:
    """A part of a variable that is looked up: ``(0, 'name')`` at the place of ``name`` in ``users[0].name``."""

    path: tuple[str | int, ...]
    place: Place


@dataclass(frozen=True)
class TemplateName:
    """A variable of a template, with all its occurrences.

    Attributes:
        name: what it is called.
        outside: whether it may come from the values, and not from the template itself.
        occurrences: where it stands, in order.
        attributes: where parts of it are looked up, in order.
        fixed: whether another name would change the text, because the template tells its name or passes it on.
    """

    name: str
    outside: bool
    occurrences: tuple[Occurrence, ...]
    attributes: tuple[Attribute, ...] = ()
    fixed: bool = False


@dataclass(eq=False)
class Group:
    """The occurrences that are known to mean one variable so far."""

    name: str
    outside: bool = False
    fixed: bool = False
    occurrences: list[Occurrence] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)
    parameters: dict[str, Group] = field(default_factory=dict)
    joined: Group | None = None

    def found(self) -> Group:
        """The group that this one has become a part of."""
        group = self
        while group.joined is not None:
            group = group.joined
        return group

    def join(self, other: Group) -> None:
        """Make this group and another one the same."""
        here, there = self.found(), other.found()
        if here is there:
            return
        there.joined = here
        here.outside |= there.outside
        here.fixed |= there.fixed
        here.occurrences += there.occurrences
        here.attributes += there.attributes
        for name, parameter in there.parameters.items():
            here.parameters.setdefault(name, parameter).join(parameter)

    def finished(self) -> TemplateName:
        """What is known in the end."""
        occurrences = sorted(set(self.occurrences), key=lambda found: found.place.start)
        attributes = sorted(self.attributes, key=lambda found: found.place.start)
        return TemplateName(self.name, self.outside, tuple(occurrences), tuple(attributes), self.fixed)


class Scope:
    """A stretch of a template that has variables of its own. ``groups`` collects those of the whole template."""

    def __init__(self, parent: Scope | None = None) -> None:
        self._parent = parent
        self._known: dict[str, Group] = {}
        self.groups: list[Group] = parent.groups if parent else []

    def declared(self, name: str) -> Group:
        """A variable that this scope has from its start."""
        return self._own(name)

    def read(self, name: str) -> Group:
        """The variable that a name means where it is read."""
        if name not in self._known:
            self._known[name] = self._parent.read(name) if self._parent else self._own(name, outside=True)
        return self._known[name]

    def set(self, name: str, *, always: bool) -> Group:
        """The variable that a name means where it is set; ``always`` when that is not under a condition."""
        if name in self._known or not always:
            return self.read(name)
        return self._own(name)

    def _own(self, name: str, *, outside: bool = False) -> Group:
        self._known[name] = group = Group(name, outside)
        self.groups.append(group)
        return group


def joined_by_name(groups: Iterable[Group], names: Iterable[str]) -> None:
    """Make all the groups of each of the names one."""
    first: dict[str, Group] = {}
    wanted = set(names)
    for group in groups:
        if group.name in wanted:
            first.setdefault(group.name, group).join(group)
