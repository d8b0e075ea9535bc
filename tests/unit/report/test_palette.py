"""Terminal colours: legible and in order at every depth."""

from itertools import pairwise

import pytest

from prompt_salience.attribution.scale import STRONGEST, Rgb, Theme, contrast
from prompt_salience.report.palette import ColourDepth, tint_style, xterm_colour

COLOURED = [ColourDepth.SIXTEEN, ColourDepth.EIGHT_BIT, ColourDepth.TRUE]
LEVELS = [*range(-STRONGEST, 0), *range(1, STRONGEST + 1)]
XTERM = [
    ["#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5"],
    ["#7f7f7f", "#ff0000", "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff"],
]
"""The sixteen standard colours as xterm has them by default."""


def rgb(colour) -> Rgb:
    if colour.number is None:
        return Rgb(*colour.triplet)
    if colour.number < 16:
        return Rgb.parse((XTERM[0] + XTERM[1])[colour.number])
    return xterm_colour(colour.number)


@pytest.mark.parametrize("depth", COLOURED)
@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("signed", [False, True])
def test_text_is_legible(level, theme, depth, signed):
    style = tint_style(level, signed=signed, theme=theme, depth=depth)
    assert contrast(rgb(style.bgcolor), rgb(style.color)) >= 4.5


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize(("signed", "sign"), [(False, 1), (True, 1), (True, -1)])
def test_256_colours_rise_with_the_level(theme, signed, sign):
    styles = [
        tint_style(sign * level, signed=signed, theme=theme, depth=ColourDepth.EIGHT_BIT)
        for level in range(1, STRONGEST + 1)
    ]
    luminance = [rgb(style.bgcolor).luminance for style in styles]
    assert all((lower < higher) == (theme is Theme.DARK) for lower, higher in pairwise(luminance))


def test_sixteen_colours_never_fall_with_the_level():
    styles = [tint_style(level, signed=False, theme=Theme.DARK, depth=ColourDepth.SIXTEEN) for level in range(1, 6)]
    luminance = [rgb(style.bgcolor).luminance for style in styles]
    assert luminance == sorted(luminance)
    assert len(set(luminance)) == 3


@pytest.mark.parametrize("depth", ColourDepth)
def test_level_zero_has_no_style(depth):
    assert not tint_style(0, signed=True, theme=Theme.LIGHT, depth=depth)


def test_no_colours_mean_no_style():
    assert not tint_style(5, signed=False, theme=Theme.LIGHT, depth=ColourDepth.NONE)


@pytest.mark.parametrize(
    ("index", "code"), [(16, "#000000"), (97, "#875faf"), (231, "#ffffff"), (232, "#080808"), (255, "#eeeeee")]
)
def test_xterm_s_palette(index, code):
    assert str(xterm_colour(index)) == code
