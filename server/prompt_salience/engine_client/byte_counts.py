"""Numbers of bytes as people read them."""

from __future__ import annotations

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB")
_STEP = 1000


def bytes_in_words(count: int) -> str:
    """A number of bytes such as ``5.2 GB``, in decimal units."""
    number, unit = float(count), 0
    while round(number) >= _STEP and unit < len(_UNITS) - 1:
        number, unit = number / _STEP, unit + 1
    return f"{number:.1f} {_UNITS[unit]}" if unit and number < _STEP / 10 else f"{number:.0f} {_UNITS[unit]}"
