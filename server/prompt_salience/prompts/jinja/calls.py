"""Which parameter of a macro the name of an argument means.

Decisions:
- What a macro is called with is known where it is called by its name. A macro that is passed on, or that is called
  with a mapping of arguments, keeps the names of its parameters.
- Any ``call`` block may be the one that a ``caller`` calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from prompt_salience.prompts.jinja.scopes import Group, Occurrence, Use
from prompt_salience.prompts.source_map import Place

CALLER = "caller"


@dataclass(frozen=True, slots=True)
class Argument:
    """The name of an argument, where ``callee`` is called."""

    callee: Group
    name: str
    place: Place


@dataclass
class Calls:
    """The calls of one template.

    Attributes:
        arguments: the arguments that are passed by name.
        spread: what is called with a mapping of arguments.
        passed: what is read and not called.
        macros: the macros.
        of_blocks: the parameters of ``call`` blocks.
    """

    arguments: list[Argument] = field(default_factory=list)
    spread: list[Group] = field(default_factory=list)
    passed: list[Group] = field(default_factory=list)
    macros: list[Group] = field(default_factory=list)
    of_blocks: list[Group] = field(default_factory=list)

    def settle(self) -> None:
        """Add the names of arguments to the parameters that they mean, and fix those that cannot be told."""
        macros = {id(macro.found()) for macro in self.macros}
        for argument in self.arguments:
            self._settle(argument)
        for callee in self.spread:
            _fix(self._parameters(callee.found()))
        for group in self.passed:
            found = group.found()
            found.fixed |= id(found) in macros
            if found.fixed or found.name == CALLER:
                _fix(self._parameters(found))

    def _settle(self, argument: Argument) -> None:
        callee = argument.callee.found()
        if callee.name == CALLER:
            _fix(parameter for parameter in self.of_blocks if parameter.name == argument.name)
        elif parameter := callee.parameters.get(argument.name):
            parameter.found().occurrences.append(Occurrence(argument.place, Use.READ))
        else:
            # A parameter with a new name could take an argument that it does not take now.
            _fix(self._parameters(callee))

    def _parameters(self, callee: Group) -> Iterator[Group]:
        yield from self.of_blocks if callee.name == CALLER else callee.parameters.values()


def _fix(parameters: Iterable[Group]) -> None:
    for parameter in parameters:
        parameter.found().fixed = True
