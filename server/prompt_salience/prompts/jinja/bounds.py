"""How much a template may do, and the meter that counts it.

Decisions:
- Work is bounded, not time: the same template ends the same way on every machine.
- One step is one loop turn, call, filter or expression, and also every 64 characters that one of them handles.
- The size of a value is its number of characters; an element of a list or mapping counts 16 on top of its own.
- Sizes are checked before a value is made, from the operands.
"""

from __future__ import annotations

from collections.abc import Mapping, ValuesView
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from jinja2.utils import Namespace

CHARACTERS_PER_STEP = 64
ELEMENT_SIZE = 16
LARGEST_INTEGER_BITS = 100_000
CONTAINERS = (list, tuple, Mapping, AbstractSet, ValuesView)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The bounds of one rendering.

    Attributes:
        steps: how many steps in all.
        size: characters of the output, and the size of the largest value on the way to it.
        depth: how deeply calls, and lists in lists, may be nested.
        tokens: how many tokens the template may have outside of its literal text.
    """

    steps: int = 1_000_000
    size: int = 4_000_000
    depth: int = 64
    tokens: int = 200_000


class BoundsError(Exception):
    """A template went over one of its bounds, or asked for what the sandbox does not have."""


class Meter:
    """Counts the work of one rendering. Every method raises ``BoundsError`` at the bound."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self._steps = 0
        self._measured: dict[int, tuple[Any, int, int]] = {}

    def work(self, steps: int) -> None:
        """Count steps."""
        self._steps += steps
        if self._steps > self.bounds.steps:
            message = f"The template takes more than {self.bounds.steps:,} steps; a loop may be endless."
            raise BoundsError(message)

    def fits(self, size: int) -> None:
        """Check the size of a value that is about to be made."""
        if size > self.bounds.size:
            message = f"This would make a value of {_count(size)} characters; at most {self.bounds.size:,} are allowed."
            raise BoundsError(message)

    def fits_integer(self, bits: int) -> None:
        """Check the number of binary digits of an integer that is about to be made."""
        if bits > LARGEST_INTEGER_BITS:
            message = f"This would make a number of {_count(bits)} bits; at most {LARGEST_INTEGER_BITS:,} are allowed."
            raise BoundsError(message)

    def handled(self, value: Any) -> Any:
        """Count the work of reading or making ``value``, and hand it back."""
        size = self.size_of(value)
        self.fits(size)
        self.work(1 + size // CHARACTERS_PER_STEP)
        return value

    def size_of(self, value: Any) -> int:
        """The size of a value, its elements included; one for what has no length."""
        if isinstance(value, (str, bytes)):
            return len(value)
        if isinstance(value, range):
            return len(value)
        if isinstance(value, CONTAINERS):
            return self._measure(value)[0]
        if isinstance(value, Namespace):
            # The only value that a template can change: measured anew each time, in a copy.
            return self._measure(dict(object.__getattribute__(value, "_Namespace__attrs")))[0]
        return 1

    def depth_of(self, value: Any) -> int:
        """How deeply lists and mappings are nested in ``value``."""
        return self._measure(value)[1] if isinstance(value, CONTAINERS) else 0

    def _measure(self, value: Any) -> tuple[int, int]:
        known = self._measured.get(id(value))
        if known is not None:
            return known[1], known[2]
        self.work(1 + len(value) // ELEMENT_SIZE)
        size, depth = ELEMENT_SIZE * len(value), 0
        for element in _elements(value):
            size += self.size_of(element)
            depth = max(depth, self.depth_of(element))
        if depth >= self.bounds.depth:
            message = f"Lists are nested more than {self.bounds.depth} deep."
            raise BoundsError(message)
        # The value is kept with its measure, so that its identity is not given to another one.
        self._measured[id(value)] = (value, size, depth + 1)
        return size, depth + 1


def _elements(value: Any) -> list[Any]:
    return [*value.keys(), *value.values()] if isinstance(value, Mapping) else list(value)


def _count(number: int) -> str:
    return f"{number:,}" if number < 10**15 else "more than 10^15"
