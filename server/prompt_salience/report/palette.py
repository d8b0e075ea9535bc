"""The colour scale's tints as terminal styles, at every depth of colour a terminal may have.

Decisions:
- True colour shows the scale itself. 256 colours show the fixed part of xterm's palette, chosen by hand to rise in
  luminance with the scale. 16 colours have room for three steps (two with a sign); the numbers tell the rest.
- Every tint sets its own text colour, so that it reads the same on a terminal of either theme.
"""

from __future__ import annotations

from enum import StrEnum

from rich.color import Color
from rich.style import Style

from prompt_salience.attribution.scale import Hue, Rgb, Theme, hue, legible_on, tint


class ColourDepth(StrEnum):
    """How many colours a terminal shows."""

    NONE = "none"
    SIXTEEN = "16"
    EIGHT_BIT = "256"
    TRUE = "truecolor"


_EIGHT_BIT_RAMPS: dict[tuple[Hue, Theme], tuple[int, ...]] = {
    (Hue.UNSIGNED, Theme.LIGHT): (254, 189, 183, 140, 97),
    (Hue.UNSIGNED, Theme.DARK): (236, 60, 97, 140, 183),
    (Hue.FOR, Theme.LIGHT): (254, 153, 111, 68, 25),
    (Hue.FOR, Theme.DARK): (236, 24, 31, 74, 117),
    (Hue.AGAINST, Theme.LIGHT): (254, 223, 216, 173, 130),
    (Hue.AGAINST, Theme.DARK): (236, 94, 130, 172, 215),
}
"""Indices into xterm's 256 colours for levels 1 to 5."""

_BLACK, _BLUE, _YELLOW, _MAGENTA = 0, 4, 3, 5
_BRIGHT_YELLOW, _BRIGHT_MAGENTA, _BRIGHT_CYAN, _BRIGHT_WHITE = 11, 13, 14, 15

_SIXTEEN_RAMPS: dict[Hue, tuple[tuple[int, int], ...]] = {
    Hue.UNSIGNED: (
        (_BLUE, _BRIGHT_WHITE),
        (_BLUE, _BRIGHT_WHITE),
        (_MAGENTA, _BRIGHT_WHITE),
        (_MAGENTA, _BRIGHT_WHITE),
        (_BRIGHT_MAGENTA, _BLACK),
    ),
    Hue.FOR: ((_BLUE, _BRIGHT_WHITE),) * 3 + ((_BRIGHT_CYAN, _BLACK),) * 2,
    Hue.AGAINST: ((_YELLOW, _BLACK),) * 3 + ((_BRIGHT_YELLOW, _BLACK),) * 2,
}
"""Background and text among the sixteen standard colours for levels 1 to 5."""


def tint_style(level: int, *, signed: bool, theme: Theme, depth: ColourDepth) -> Style:
    """The style of a unit at a level from -5 to 5; the null style for level 0 and where there are no colours."""
    if level == 0 or depth is ColourDepth.NONE:
        return Style.null()
    kind, step = hue(level, signed=signed), abs(level) - 1
    if depth is ColourDepth.SIXTEEN:
        background, text = _SIXTEEN_RAMPS[kind][step]
        return Style(bgcolor=Color.from_ansi(background), color=Color.from_ansi(text))
    if depth is ColourDepth.EIGHT_BIT:
        index = _EIGHT_BIT_RAMPS[kind, theme][step]
        return Style(bgcolor=Color.from_ansi(index), color=_black_or_white(xterm_colour(index)))
    return _true_colour_style(level, signed=signed, theme=theme)


def _true_colour_style(level: int, *, signed: bool, theme: Theme) -> Style:
    colours = tint(level, signed=signed, theme=theme)
    if colours is None:
        return Style.null()
    return Style(bgcolor=Color.parse(str(colours.background)), color=Color.parse(str(colours.text)))


def _black_or_white(background: Rgb) -> Color:
    """Black or white from the fixed part of the palette, which no terminal theme changes."""
    return Color.from_ansi(16 if legible_on(background).luminance == 0 else 231)


def xterm_colour(index: int) -> Rgb:
    """The colour of an index from 16 to 255 of xterm's palette: a cube of 216 colours, then 24 greys."""
    if index >= 232:
        grey = 8 + 10 * (index - 232)
        return Rgb(grey, grey, grey)
    cube = index - 16
    red, green, blue = (0 if part == 0 else 55 + 40 * part for part in (cube // 36, cube // 6 % 6, cube % 6))
    return Rgb(red, green, blue)
