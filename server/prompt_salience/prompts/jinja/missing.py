"""Values that are not there: noted where they are used, so that all of them can be told at once.

Decisions:
- As strict as Jinja's ``StrictUndefined``: testing for ``defined`` and ``default`` are allowed, any use is an error.
- Printing, testing and looping over a missing value go on after noting it, so that one rendering finds
  every missing value it meets. What was rendered is thrown away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from jinja2 import Undefined
from jinja2.exceptions import SecurityError
from jinja2.utils import missing as no_object

from prompt_salience.prompts.jinja.trail import Trail


@dataclass(frozen=True, slots=True)
class MissingValue:
    """A missing value that was used.

    ``site`` is the expression that looked up ``name``. ``of_object`` is set when a part of an object is missing
    and not a variable, and ``known`` are then the names of the object's parts. ``refused`` is set when the sandbox
    withholds it. ``message`` is what Jinja has to say.
    """

    name: str
    site: int
    message: str
    of_object: bool
    known: tuple[str, ...]
    refused: bool

    @property
    def key(self) -> tuple[str, bool]:
        """What to look for among the names that an expression looks up."""
        return self.name, self.of_object


@dataclass
class MissingValues:
    """Collects the missing values that one rendering uses, which follows ``trail``."""

    trail: Trail
    found: list[MissingValue] = field(default_factory=list)

    def note(self, missing: Missing) -> None:
        """Remember a use, once for each name and expression."""
        value = missing.as_value()
        if value not in self.found:
            self.found.append(value)


class Missing(Undefined):  # noqa: PLW1641 - hashing one is a use, and fails.
    """Jinja's undefined value, noted at its first use. Each rendering makes a subclass with its own ``notes``."""

    __slots__ = ("_site",)
    notes: ClassVar[MissingValues]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._site = self.notes.trail.current

    def as_value(self) -> MissingValue:
        """What there is to tell about this missing value."""
        owner, name = self._undefined_obj, self._undefined_name
        of_object = owner is not no_object or self._undefined_hint is not None
        known = tuple(map(str, owner)) if isinstance(owner, Mapping) else ()
        refused = self._undefined_exception is SecurityError
        message = self._undefined_hint or f"This value has no {str(name)!r}"
        return MissingValue(str(name), self._site, message.rstrip("."), of_object, known, refused)

    def _fail_with_undefined_error(self, *_arguments: Any, **_named: Any) -> Any:
        self.notes.note(self)
        return super()._fail_with_undefined_error()

    __add__ = __radd__ = __sub__ = __rsub__ = _fail_with_undefined_error
    __mul__ = __rmul__ = __div__ = __rdiv__ = _fail_with_undefined_error
    __truediv__ = __rtruediv__ = _fail_with_undefined_error
    __floordiv__ = __rfloordiv__ = _fail_with_undefined_error
    __mod__ = __rmod__ = __pos__ = __neg__ = _fail_with_undefined_error
    __call__ = __getitem__ = _fail_with_undefined_error
    __lt__ = __le__ = __gt__ = __ge__ = _fail_with_undefined_error
    __int__ = __float__ = __complex__ = _fail_with_undefined_error
    __pow__ = __rpow__ = __hash__ = _fail_with_undefined_error

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._fail_with_undefined_error()

    def __str__(self) -> str:
        self.notes.note(self)
        return ""

    def __iter__(self) -> Iterator[Any]:
        self.notes.note(self)
        return iter(())

    def __len__(self) -> int:
        self.notes.note(self)
        return 0

    def __bool__(self) -> bool:
        self.notes.note(self)
        return False

    def __contains__(self, item: object) -> bool:
        self.notes.note(self)
        return False

    def __eq__(self, other: object) -> bool:
        self.notes.note(self)
        return False

    def __ne__(self, other: object) -> bool:
        self.notes.note(self)
        return True
