"""How large the result of a filter, method or operator will be, told from its operands before it is made.

Decisions:
- Only what can make much out of little is estimated; everything else is measured when it is there.
- An estimate never raises: operands of a wrong type are left for the operation itself to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from prompt_salience.prompts.jinja.bounds import ELEMENT_SIZE, BoundsError, Meter

MOST_DECIMALS = 1000
NUMBER = re.compile(r"\d+")
MARKUP_WORK = 4096
RECASED_PER_STEP = 8
CASES = ("upper", "lower", "title", "capitalize", "swapcase", "casefold")


class Operands(NamedTuple):
    """What a filter or method is called with; ``subject`` is the value left of ``|`` or of the dot."""

    subject: Any
    positional: tuple[Any, ...]
    named: Mapping[str, Any]

    def get(self, index: int, name: str, default: Any = None) -> Any:
        """The argument at ``index``, else the one of that name."""
        return self.positional[index] if index < len(self.positional) else self.named.get(name, default)

    def number(self, index: int, name: str, default: int = 0) -> int:
        """The same where it is a whole number, else zero."""
        value = self.get(index, name, default)
        return value if isinstance(value, int) else 0

    def length(self, index: int, name: str) -> int:
        """The length of a string argument; of any other, the space its text can be trusted not to exceed."""
        value = self.get(index, name)
        return len(value) if isinstance(value, (str, bytes)) else ELEMENT_SIZE


Check = Callable[[Meter, Operands], None]


def _width(index: int, name: str, default: int = 0) -> Check:
    return lambda meter, operands: meter.fits(operands.number(index, name, default))


def _lists(name: str) -> Check:
    return lambda meter, operands: meter.fits(ELEMENT_SIZE * operands.number(0, name))


def _elements(meter: Meter, operands: Operands) -> None:
    spread(meter, operands.subject)


def _elements_of_argument(meter: Meter, operands: Operands) -> None:
    spread(meter, operands.get(0, ""))


def spread(meter: Meter, value: Any) -> Any:
    """Check a value that is about to be taken apart into its elements, and hand it back."""
    if isinstance(value, (str, bytes)):
        meter.fits(ELEMENT_SIZE * len(value))
    return value


def _replace(meter: Meter, operands: Operands) -> None:
    text, old, new = str(operands.subject), operands.get(0, "old"), operands.get(1, "new")
    matches = text.count(str(old))
    meter.fits(len(text) + matches * len(str(new)))
    meter.work(matches)


def _indent(meter: Meter, operands: Operands) -> None:
    width = operands.get(0, "width", 4)
    pad = len(width) if isinstance(width, str) else operands.number(0, "width", 4)
    meter.fits(len(str(operands.subject)) + pad * (1 + str(operands.subject).count("\n")))


def _word_wrap(meter: Meter, operands: Operands) -> None:
    text, width = str(operands.subject), max(operands.number(0, "width", 79), 1)
    lines = 1 + text.count("\n") + len(text) // width + len(text.split())
    meter.fits(len(text) + lines * operands.length(2, "wrapstring"))
    longest = max(map(len, text.split()), default=0)
    meter.work(len(text) * (1 + longest // width) // 16)


def _round(_meter: Meter, operands: Operands) -> None:
    if abs(operands.number(0, "precision")) > MOST_DECIMALS:
        message = f"A number can be rounded to at most {MOST_DECIMALS:,} digits."
        raise BoundsError(message)


def _sum(meter: Meter, operands: Operands) -> None:
    if isinstance(operands.get(1, "start", 0), (list, tuple)) and hasattr(operands.subject, "__len__"):
        meter.work(len(operands.subject) * meter.size_of(operands.subject) // MARKUP_WORK)


def _strip_tags(meter: Meter, operands: Operands) -> None:
    text = str(operands.subject)
    meter.work(len(text) * text.count("<") // MARKUP_WORK)


def _to_json(meter: Meter, operands: Operands) -> None:
    size, depth = meter.size_of(operands.subject), meter.depth_of(operands.subject)
    meter.fits(size + size // ELEMENT_SIZE * depth * operands.number(0, "indent"))


def _format(meter: Meter, operands: Operands) -> None:
    if isinstance(operands.subject, str):
        percent_format(meter, operands.subject, operands.named or operands.positional)


def percent_format(meter: Meter, pattern: str, values: Any) -> None:
    """Check ``pattern % values``: its widths and precisions, written or taken from the values."""
    values = values if isinstance(values, (tuple, Mapping)) else (values,)
    widths = sum(map(_bounded_int, NUMBER.findall(pattern)))
    if "*" in pattern and isinstance(values, tuple):
        widths += sum(abs(value) for value in values if isinstance(value, int))
    repeats = pattern.count("%") if isinstance(values, Mapping) else 1
    meter.fits(len(pattern) + widths + repeats * meter.size_of(values))


def format_widths(meter: Meter, specification: str) -> None:
    """Check the widths and precisions of a format specification such as ``>10.3f``."""
    meter.fits(sum(map(_bounded_int, NUMBER.findall(specification))))


def _bounded_int(digits: str) -> int:
    return int(digits) if len(digits) < 16 else 10**16


def _split(meter: Meter, operands: Operands) -> None:
    text, separator = operands.subject, operands.get(0, "sep")
    if isinstance(text, type(separator)) and separator:
        _parts(meter, 1 + text.count(separator))
    elif separator is None:
        _parts(meter, len(text.split() if isinstance(text, bytes) else str.split(text)))


def _split_lines(meter: Meter, operands: Operands) -> None:
    text = operands.subject
    _parts(meter, len(text.splitlines() if isinstance(text, bytes) else str.splitlines(text)))


def _parts(meter: Meter, count: int) -> None:
    meter.fits(ELEMENT_SIZE * count)
    meter.work(count)


def _recase(meter: Meter, operands: Operands) -> None:
    if isinstance(operands.subject, (str, bytes)):
        meter.work(len(operands.subject) // RECASED_PER_STEP)


def _join(meter: Meter, operands: Operands) -> None:
    parts = spread(meter, operands.get(0, "iterable", ()))
    if hasattr(parts, "__len__"):
        meter.fits(meter.size_of(parts) + len(parts) * len(operands.subject))
        meter.work(len(parts))


def _expand_tabs(meter: Meter, operands: Operands) -> None:
    tab = operands.subject.count(b"\t" if isinstance(operands.subject, bytes) else "\t")
    meter.fits(len(operands.subject) + tab * operands.number(0, "tabsize", 8))


def _translate(meter: Meter, operands: Operands) -> None:
    table = operands.get(0, "table")
    values = table.values() if isinstance(table, Mapping) else ()
    meter.fits(len(operands.subject) * max((len(value) for value in values if isinstance(value, str)), default=1))


FILTER_CHECKS: Mapping[str, Check] = {
    "batch": _lists("linecount"),
    "center": _width(0, "width", 80),
    "format": _format,
    "indent": _indent,
    "replace": _replace,
    "round": _round,
    "slice": _lists("slices"),
    "striptags": _strip_tags,
    "sum": _sum,
    "tojson": _to_json,
    "pprint": lambda meter, operands: meter.fits(
        meter.size_of(operands.subject) * (1 + meter.depth_of(operands.subject) // 4)
    ),
    "wordwrap": _word_wrap,
    **dict.fromkeys(("list", "reverse", "sort", "unique", "min", "max", "groupby", "map", "join"), _elements),
    **dict.fromkeys(CASES, _recase),
}

METHOD_CHECKS: Mapping[str, Check] = {
    **dict.fromkeys(("center", "ljust", "rjust", "zfill"), _width(0, "width")),
    **dict.fromkeys(CASES, _recase),
    "expandtabs": _expand_tabs,
    "fromkeys": _elements_of_argument,
    "join": _join,
    "replace": _replace,
    "rsplit": _split,
    "split": _split,
    "splitlines": _split_lines,
    "striptags": _strip_tags,
    "to_bytes": _width(0, "length"),
    "translate": _translate,
}


def check_operator(meter: Meter, operator: str, left: Any, right: Any) -> None:
    """Check ``left operator right`` for the operators that can make much out of little."""
    if operator == "+" and hasattr(left, "__len__") and hasattr(right, "__len__"):
        meter.fits(meter.size_of(left) + meter.size_of(right))
    elif operator == "*":
        _check_product(meter, left, right)
    elif operator == "**" and isinstance(left, int) and isinstance(right, int):
        meter.fits_integer(left.bit_length() * right if abs(left) > 1 else 1)
    elif operator == "%" and isinstance(left, (str, bytes)):
        percent_format(meter, left if isinstance(left, str) else left.decode("latin-1"), right)


def _check_product(meter: Meter, left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int):
        meter.fits_integer(left.bit_length() + right.bit_length())
    elif isinstance(right, int) and hasattr(left, "__len__"):
        meter.fits(meter.size_of(left) * right)
    elif isinstance(left, int) and hasattr(right, "__len__"):
        meter.fits(meter.size_of(right) * left)
