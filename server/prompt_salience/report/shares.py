"""Influence as people read it: percentages and bars."""

from __future__ import annotations

from dataclasses import dataclass

BAR_WIDTH = 5
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_SMALLEST_SHOWN = 0.005


@dataclass(frozen=True, slots=True)
class ShareFormat:
    """How shares are written. ``unicode`` is whether the output can show more than ASCII."""

    signed: bool
    unicode: bool

    @property
    def width(self) -> int:
        """Columns that every percentage takes."""
        return len("+100%") if self.signed else len("100%")

    def percent(self, share: float) -> str:
        """A share such as ``34%``, ``<1%``, or with a signed method ``+34%``; right-aligned."""
        return self._percent(share).rjust(self.width)

    def _percent(self, share: float) -> str:
        size = abs(share)
        if size < _SMALLEST_SHOWN:
            return "<1%" if size else "0%"
        minus = "\N{MINUS SIGN}" if self.unicode else "-"
        sign = "" if not self.signed else minus if share < 0 else "+"
        return f"{sign}{size:.0%}"

    def bar(self, proportion: float) -> str:
        """A bar of ``BAR_WIDTH`` columns, full at a proportion of 1."""
        if not self.unicode:
            return ("#" * round(min(proportion, 1.0) * BAR_WIDTH)).ljust(BAR_WIDTH)
        full, eighths = divmod(round(min(proportion, 1.0) * BAR_WIDTH * 8), 8)
        return ("█" * full + _EIGHTHS[eighths].strip()).ljust(BAR_WIDTH)
