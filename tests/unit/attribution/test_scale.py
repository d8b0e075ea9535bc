"""The colour scale: thresholds, order, legibility, and eyes that see fewer colours."""

import numpy as np
import pytest

from prompt_salience.attribution.scale import (
    BLACK,
    STRONGEST,
    WHITE,
    Rgb,
    Theme,
    contrast,
    legible_on,
    levels,
    overlay,
    reference,
    tint,
)

LEVELS = [*range(-STRONGEST, 0), *range(1, STRONGEST + 1)]
PLACES = [
    (level, signed, theme) for signed in (False, True) for theme in Theme for level in LEVELS if signed or level > 0
]


def test_the_strongest_of_many_units_is_fully_tinted():
    shares = np.array([0.2] + [0.008] * 100)
    assert levels(shares, [True] * 101).tolist() == [5] + [0] * 100


def test_units_that_do_not_stand_out_are_middling():
    assert set(levels(np.full(10, 0.1), [True] * 10)) == {3}


def test_a_single_unit_has_all_the_influence_there_is():
    assert levels(np.array([1.0, 0.0]), [True, False]).tolist() == [5, 0]


@pytest.mark.parametrize(
    ("proportion", "level"), [(0.0, 0), (0.049, 0), (0.05, 1), (0.2, 2), (0.4, 3), (0.6, 4), (0.8, 5), (1.0, 5)]
)
def test_thresholds(proportion, level):
    shares = np.array([0.5, 0.5 * proportion, -0.5 * proportion] + [0.0] * 97)
    assert levels(shares, [True] * 100).tolist()[:3] == [5, level, -level]


def test_units_outside_the_prompt_do_not_dilute_the_reference():
    shares = np.array([0.5, 0.5, 0.0, 0.0])
    assert reference(shares, [True, True, False, False]) == 1.0
    assert reference(shares, [True] * 4) == 0.5


@pytest.mark.parametrize("shares", [np.zeros(3), np.zeros(0)])
def test_no_influence_has_no_tint(shares):
    assert not levels(shares, [True] * len(shares)).any()


@pytest.mark.parametrize(("level", "signed", "theme"), PLACES)
def test_text_on_a_tint_is_legible(level, signed, theme):
    colours = tint(level, signed=signed, theme=theme)
    assert contrast(colours.background, colours.text) >= 4.5


@pytest.mark.parametrize(("level", "signed", "theme"), PLACES)
def test_an_overlay_keeps_the_page_legible(level, signed, theme):
    laid = overlay(level, signed=signed)
    page, text = (WHITE, BLACK) if theme is Theme.LIGHT else (BLACK, WHITE)
    assert contrast(blended(laid.colour, page, laid.opacity), text) >= 4.5


def test_black_or_white_is_legible_on_every_colour():
    cube = [
        Rgb(red, green, blue) for red in range(0, 256, 15) for green in range(0, 256, 15) for blue in range(0, 256, 15)
    ]
    assert min(contrast(colour, legible_on(colour)) for colour in cube) >= 4.5


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize(("signed", "sign"), [(False, 1), (True, 1), (True, -1)])
def test_tints_rise_evenly_away_from_the_background(theme, signed, sign):
    ramp = [tint(sign * level, signed=signed, theme=theme).background for level in range(1, STRONGEST + 1)]
    lightness = [oklab(colour)[0] for colour in ramp]
    steps = np.diff(lightness) if theme is Theme.DARK else -np.diff(lightness)
    assert np.all(steps > 0.05)
    assert np.all(steps < 0.16)


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("sight", ["full", "no red", "no green"])
@pytest.mark.parametrize("level", range(2, STRONGEST + 1))
def test_for_and_against_stay_apart_without_red_or_green(theme, sight, level):
    speaking_for, against = (
        oklab(seen(tint(sign * level, signed=True, theme=theme).background, sight)) for sign in (1, -1)
    )
    assert np.linalg.norm(np.subtract(speaking_for, against)) > 0.08


def test_level_zero_is_no_tint():
    assert tint(0, signed=True, theme=Theme.DARK) is None
    assert overlay(0, signed=False) is None


def test_black_on_white_is_the_highest_contrast():
    assert contrast(BLACK, WHITE) == pytest.approx(21.0)


def blended(colour, page, opacity):
    mix = (round(opacity * c + (1 - opacity) * p) for c, p in zip(channels(colour), channels(page), strict=True))
    return Rgb(*mix)


def channels(colour):
    return colour.red, colour.green, colour.blue


def linear(colour):
    scaled = np.array(channels(colour)) / 255
    return np.where(scaled <= 0.04045, scaled / 12.92, ((scaled + 0.055) / 1.055) ** 2.4)


SIGHTS = {
    "full": np.eye(3),
    # Machado, Oliveira and Fernandes (2009), complete protanopia and deuteranopia, on linear sRGB.
    "no red": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no green": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}


def seen(colour, sight):
    light = np.clip(SIGHTS[sight] @ linear(colour), 0, 1)
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return Rgb(*(round(float(value) * 255) for value in encoded))


def oklab(colour):
    """Björn Ottosson's Oklab: lightness, green to red, blue to yellow."""
    to_cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    to_lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return to_lab @ np.cbrt(to_cones @ linear(colour))
