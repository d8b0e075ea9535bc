"""Jinja's sandbox, immutable and metered, whose filters keep track of where text came from.

Decisions:
- Everything that a template can call goes through the meter: filters, tests, methods, macros, operators.
- ``random`` and ``lipsum`` are refused: a prompt is the same each time it is rendered. ``urlize`` and escaping
  blocks are refused: a prompt is no HTML.
- There is no loader: a prompt file stands alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import update_wrapper
from string import Formatter
from types import BuiltinMethodType, MethodType
from typing import Any

from jinja2 import Undefined
from jinja2.filters import do_indent, make_attrgetter
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedFormatter
from jinja2.tests import test_sequence
from jinja2.utils import pass_eval_context
from markupsafe import EscapeFormatter, Markup

from prompt_salience.prompts.jinja import hooks
from prompt_salience.prompts.jinja.bounds import CHARACTERS_PER_STEP, BoundsError, Meter
from prompt_salience.prompts.jinja.sizes import (
    FILTER_CHECKS,
    METHOD_CHECKS,
    Check,
    Operands,
    check_operator,
    format_widths,
    spread,
)
from prompt_salience.prompts.jinja.trail import Trail
from prompt_salience.prompts.traced_text import joined, runs_of

REFUSED_FILTERS = ("random", "urlize")
REFUSED_FUNCTIONS = ("lipsum",)
RUNS_PER_STEP = 4
OPERATORS = frozenset(ImmutableSandboxedEnvironment.default_binop_table)


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of one rendering. ``trail`` tells which expression is running."""

    intercepted_binops = OPERATORS

    def __init__(self, meter: Meter) -> None:
        # Constant folding would run filters while compiling, before anything is metered.
        super().__init__(keep_trailing_newline=True, optimized=False)
        self.meter = meter
        self.trail = Trail()
        self._depth = 0
        self.concat = self._concatenated  # type: ignore[method-assign]
        self.filters["join"] = self._join
        self.filters["indent"] = _indented
        self.filters = {name: self._metered(name, function) for name, function in self.filters.items()}
        self.tests["sequence"] = _is_sequence
        self.tests = {name: self._metered("", function) for name, function in self.tests.items()}
        self.filters.update({name: _refusing(name) for name in REFUSED_FILTERS})
        self.globals.update({name: _refusing(name) for name in REFUSED_FUNCTIONS})
        self.filters[hooks.CONCAT] = lambda parts: self._concatenated(map(str, map(meter.handled, parts)))
        self.filters[hooks.HANDLE] = meter.handled
        self.filters[hooks.SPREAD] = lambda value: spread(meter, value)

    def _metered(self, name: str, function: Any) -> Callable[..., Any]:
        meter, check = self.meter, FILTER_CHECKS.get(name)
        passed = getattr(function, "jinja_pass_arg", None)
        skipped = 0 if passed is None else 1

        def run(*arguments: Any, **named: Any) -> Any:
            operands = arguments[skipped:]
            self._check(check, operands[:1], operands[1:], named)
            return meter.handled(function(*arguments, **named))

        if passed is not None:
            run.jinja_pass_arg = passed  # type: ignore[attr-defined]
        return run

    def _check(
        self, check: Check | None, subject: tuple[Any, ...], arguments: tuple[Any, ...], named: Mapping[str, Any]
    ) -> None:
        for operand in (*subject, *arguments, *named.values()):
            self.meter.handled(operand)
        if check is not None and subject:
            check(self.meter, Operands(subject[0], arguments, named))

    def call(self, context: Context, function: Any, /, *arguments: Any, **named: Any) -> Any:
        """Call anything but a filter, a test or an operator."""
        owner = getattr(function, "__self__", None)
        check = METHOD_CHECKS.get(getattr(function, "__name__", "")) if owner is not None else None
        if check is not None and arguments and _is_iterator(arguments[0]):
            arguments = (list(self._counted(arguments[0])), *arguments[1:])
        self._check(check, (owner,) if check else (), arguments, named)
        if self._depth >= self.meter.bounds.depth:
            message = f"Calls are nested more than {self._depth} deep; a macro may call itself without end."
            raise BoundsError(message)
        site, depth = self.trail.current, len(self.trail.running)
        self._depth += 1
        result = super().call(context, function, *arguments, **named)
        self._depth -= 1
        del self.trail.running[depth:]
        self.trail.current = site
        return self.meter.handled(result)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Apply an operator."""
        check_operator(self.meter, operator, left, right)
        return self.meter.handled(super().call_binop(context, operator, left, right))

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """The sandboxed form of ``str.format`` and ``str.format_map``; None for anything else."""
        if not isinstance(value, (MethodType, BuiltinMethodType)) or value.__name__ not in ("format", "format_map"):
            return None
        text = value.__self__
        if not isinstance(text, str):
            return None
        return update_wrapper(self._format_method(text, value.__name__ == "format_map"), value)

    def _format_method(self, text: str, from_map: bool) -> Callable[..., str]:
        def run(*values: Any, **named: Any) -> str:
            formatter = _MarkupFormatter(self, text) if isinstance(text, Markup) else _TextFormatter(self)
            if not from_map:
                return type(text)(formatter.vformat(text, values, named))
            if named or len(values) != 1:
                message = f"format_map() takes exactly one argument ({len(values) + len(named)} given)"
                raise TypeError(message)
            return type(text)(formatter.vformat(text, (), values[0]))

        return run

    def _concatenated(self, parts: Iterable[str]) -> str:
        parts = tuple(parts)
        size = sum(map(len, parts))
        self.meter.fits(size)
        self.meter.work(1 + size // CHARACTERS_PER_STEP + sum(len(runs_of(part)) for part in parts) // RUNS_PER_STEP)
        return joined(parts)

    def _counted(self, values: Iterable[Any]) -> Iterable[Any]:
        for value in values:
            self.meter.handled(value)
            yield value

    @property
    def _join(self) -> Callable[..., str]:
        @pass_eval_context
        def join(context: Any, value: Iterable[Any], d: str = "", attribute: str | int | None = None) -> str:
            if attribute is not None:
                value = map(make_attrgetter(context.environment, attribute), value)
            separator, pieces, size = str(d), list[str](), 0
            for item in self._counted(value):
                text = str(item)
                size += len(text) + len(separator)
                self.meter.fits(size)
                pieces += (separator, text)
            return joined(pieces[1:])

        return join


class _TextFormatter(SandboxedFormatter):
    def __init__(self, sandbox: Sandbox, **named: Any) -> None:
        super().__init__(sandbox, **named)
        self._meter = sandbox.meter
        self._size = 0

    def format_field(self, value: Any, format_spec: str) -> Any:
        self._meter.handled(value)
        format_widths(self._meter, format_spec)
        text = super().format_field(value, format_spec)
        self._size += len(text)
        self._meter.fits(self._size)
        return text


class _MarkupFormatter(_TextFormatter, EscapeFormatter, Formatter):
    def __init__(self, sandbox: Sandbox, text: Markup) -> None:
        super().__init__(sandbox, escape=text.escape)


def _is_iterator(value: Any) -> bool:
    return hasattr(value, "__next__")


def _is_sequence(value: Any) -> bool:
    # Jinja's own test swallows the failure of a missing value, which must then not be noted as used.
    return not isinstance(value, Undefined) and test_sequence(value)


def _refusing(name: str) -> Callable[..., Any]:
    def refuse(*_arguments: Any, **_named: Any) -> Any:
        message = f"{name!r} is not available in prompts."
        raise BoundsError(message)

    return refuse


def _indented(s: Any, width: int | str = 4, first: bool = False, blank: bool = False) -> str:
    if isinstance(s, (Markup, list)):
        # Jinja's own filter fails on a list, after changing it: it gets a copy.
        text: Any = s if isinstance(s, Markup) else s.copy()
        return do_indent(text, width, first, blank)
    pad = width if isinstance(width, str) else " " * width
    pieces: list[str] = []
    for index, line in enumerate((s + "\n").splitlines()):
        pieces += ["\n"] if index else []
        pieces += [pad] if (index and (line or blank)) or (not index and first) else []
        pieces.append(line)
    return joined(pieces)
