"""What the values of options may be, checked while they are parsed, so that a wrong one is a usage error."""

from __future__ import annotations

import math
import re
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from enum import StrEnum

_LANGUAGE = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]+)*")


class LazyChoices:
    """The values of an enumeration that is imported only when a value is checked or shown: its module is heavy."""

    def __init__(self, load: Callable[[], type[StrEnum]]) -> None:
        self._load = load

    def __contains__(self, value: object) -> bool:
        return value in list(self)

    def __iter__(self) -> Iterator[str]:
        return (member.value for member in self._load())


def assignment(text: str) -> tuple[str, str]:
    """``NAME=VALUE`` as a pair; the value may be empty and may hold further equals signs."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        message = f"{text!r} is not of the form NAME=VALUE"
        raise ArgumentTypeError(message)
    return name.strip(), value


def some_text(text: str) -> str:
    """A text of one character or more."""
    if not text:
        raise ArgumentTypeError("the text is empty")
    return text


def language(text: str) -> str:
    """A code such as ``en``, ``gsw`` or ``pt-BR``: two or three lower-case letters, perhaps with subtags."""
    if not _LANGUAGE.fullmatch(text):
        message = f"{text!r} is not the code of a language, such as en or pt-BR"
        raise ArgumentTypeError(message)
    return text


def whole_number(least: int) -> Callable[[str], int]:
    """A parser of whole numbers from ``least`` up."""

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if number < least:
            message = f"{text!r} is not a whole number from {least} up"
            raise ArgumentTypeError(message)
        return number

    return parse


def temperature(text: str) -> float:
    """A finite number from 0 up."""
    number = _number(text)
    if not 0 <= number < math.inf:
        message = f"{text!r} is not a number from 0 up"
        raise ArgumentTypeError(message)
    return number


def probability(text: str) -> float:
    """A number above 0 and at most 1."""
    number = _number(text)
    if not 0 < number <= 1:
        message = f"{text!r} is not a number above 0 and at most 1"
        raise ArgumentTypeError(message)
    return number


def _number(text: str) -> float:
    """The number that ``text`` is, or NaN, which lies in no range."""
    try:
        return float(text)
    except ValueError:
        return math.nan
