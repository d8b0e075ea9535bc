"""The colour scale: from influence to five levels, and from a level to a tint.

Decisions:
- A level is an integer from -5 to 5. 0 is no tint; a negative level, with a signed method only, speaks against the
  target. Its size is the unit's influence over a reference, cut at ``THRESHOLDS``.
- The reference is the strongest unit's influence, so that prompts of many units still show a picture; but at least
  twice an even share (and at most everything), so that a prompt in which no unit stands out shows middling levels
  everywhere instead of the strongest.
- Tints are perceptually ordered: within a ramp, lightness goes in even steps (in OKLCH) away from the background,
  so the order survives without colour vision. Unsigned scores use one hue, violet; signed ones blue for and orange
  against, which stay apart under every common colour-vision deficiency.
- The text on a tint is black or white, whichever has the higher contrast: at least 4.5:1 (WCAG 2.2, 1.4.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

STRONGEST = 5
THRESHOLDS = (0.05, 0.2, 0.4, 0.6, 0.8)
"""Influence over the reference from which levels 1 to 5 begin."""


def levels(influence: NDArray[np.float64], in_prompt: ArrayLike) -> NDArray[np.int64]:
    """Levels of the units of one target.

    Args:
        influence: shape (units,), as ``attribution.influence`` returns it.
        in_prompt: whether each unit belongs to the prompt, shape (units,).

    Returns:
        Integers from -5 to 5, shape (units,); zero for a unit without influence.
    """
    proportion = np.abs(influence) / reference(influence, in_prompt)
    level = np.searchsorted(THRESHOLDS, proportion, side="right")
    return np.where(influence < 0, -level, level).astype(np.int64)


def reference(influence: NDArray[np.float64], in_prompt: ArrayLike) -> float:
    """The influence that counts as full strength, above 0 and at most 1; arguments as for ``levels``."""
    even_share = 1.0 / max(int(np.count_nonzero(np.asarray(in_prompt))), 1)
    return max(float(np.max(np.abs(influence), initial=0.0)), min(2.0 * even_share, 1.0))


@dataclass(frozen=True, slots=True)
class Rgb:
    """A colour in sRGB, each channel from 0 to 255."""

    red: int
    green: int
    blue: int

    @classmethod
    def parse(cls, code: str) -> Rgb:
        """The colour of a code such as ``#8f61be``."""
        return cls(*bytes.fromhex(code.removeprefix("#")))

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """Relative luminance from 0 to 1, as WCAG 2.2 defines it."""
        red, green, blue = (_linear(channel / 255) for channel in (self.red, self.green, self.blue))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast ratio of two colours, from 1 to 21, as WCAG 2.2 defines it."""
    darker, lighter = sorted((one.luminance, other.luminance))
    return (lighter + 0.05) / (darker + 0.05)


BLACK, WHITE = Rgb(0, 0, 0), Rgb(255, 255, 255)


def legible_on(background: Rgb) -> Rgb:
    """Black or white, whichever has the higher contrast on ``background``: at least 4.58:1 on any colour."""
    return max(BLACK, WHITE, key=lambda text: contrast(text, background))


class Theme(StrEnum):
    """Whether the page or terminal around the text is light or dark."""

    LIGHT = "light"
    DARK = "dark"


class Hue(StrEnum):
    """What a tint stands for."""

    UNSIGNED = "unsigned"
    FOR = "for"
    AGAINST = "against"


@dataclass(frozen=True, slots=True)
class Tint:
    """The colours of a tinted text."""

    background: Rgb
    text: Rgb


_RAMPS: dict[tuple[Hue, Theme], tuple[str, ...]] = {
    (Hue.UNSIGNED, Theme.LIGHT): ("#f1e9fb", "#e0cff5", "#cbafed", "#b188df", "#8b55c1"),
    (Hue.UNSIGNED, Theme.DARK): ("#2f223d", "#4a3461", "#6a488e", "#8f61be", "#b682ed"),
    (Hue.FOR, Theme.LIGHT): ("#e2eefe", "#c0dafc", "#97c1f7", "#64a1ee", "#2073d2"),
    (Hue.FOR, Theme.DARK): ("#172a41", "#204069", "#285b9a", "#377bce", "#53a0ff"),
    (Hue.AGAINST, Theme.LIGHT): ("#faeadc", "#f3d0b3", "#e8b181", "#d78a3f", "#a96000"),
    (Hue.AGAINST, Theme.DARK): ("#3a230c", "#5b350e", "#824c11", "#b56200", "#e38305"),
}


def hue(level: int, *, signed: bool) -> Hue:
    """What the tint of a level stands for."""
    if not signed:
        return Hue.UNSIGNED
    return Hue.AGAINST if level < 0 else Hue.FOR


def tint(level: int, *, signed: bool, theme: Theme) -> Tint | None:
    """The tint of a level; None for level 0, which leaves the text as it is."""
    if level == 0:
        return None
    background = Rgb.parse(_RAMPS[hue(level, signed=signed), theme][abs(level) - 1])
    return Tint(background, legible_on(background))


_OVERLAYS = {
    Hue.UNSIGNED: Rgb.parse("#8f61be"),
    Hue.FOR: Rgb.parse("#2e77c9"),
    Hue.AGAINST: Rgb.parse("#b36100"),
}
_OPACITIES = (0.12, 0.27, 0.45, 0.62, 0.8)


@dataclass(frozen=True, slots=True)
class Overlay:
    """A see-through background, for pages whose text and background colours are not ours to choose.

    The colours lie halfway between black and white in contrast, so that text of at least 4.5:1 on the page, black
    on white or white on black, keeps that ratio under any opacity.
    """

    colour: Rgb
    opacity: float


def overlay(level: int, *, signed: bool) -> Overlay | None:
    """The overlay of a level; None for level 0."""
    if level == 0:
        return None
    return Overlay(_OVERLAYS[hue(level, signed=signed)], _OPACITIES[abs(level) - 1])
