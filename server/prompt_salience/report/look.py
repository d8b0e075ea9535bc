"""What an output can show: its width, colours and characters."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console

from prompt_salience.attribution.scale import Theme
from prompt_salience.report.palette import ColourDepth

_DEPTHS = {
    None: ColourDepth.NONE,
    "standard": ColourDepth.SIXTEEN,
    "256": ColourDepth.EIGHT_BIT,
    "truecolor": ColourDepth.TRUE,
}


@dataclass(frozen=True, slots=True)
class Look:
    """What a picture may use.

    Attributes:
        width: columns.
        depth: how many colours; with none, bars stand beside the shares.
        theme: whether the terminal is light or dark.
        attributes: whether bold and underlined text can be shown.
        encoding: the output's encoding; what it cannot express is shown escaped.
    """

    width: int = 80
    depth: ColourDepth = ColourDepth.NONE
    theme: Theme = Theme.DARK
    attributes: bool = False
    encoding: str = "utf-8"

    @property
    def unicode(self) -> bool:
        """Whether bars, arrows and rules beyond ASCII can be shown."""
        return self.encoding.lower().replace("_", "-").startswith("utf")

    @property
    def bars(self) -> bool:
        """Whether bars stand in for colour."""
        return self.depth is ColourDepth.NONE


def look_of(console: Console, theme: Theme) -> Look:
    """What a console can show; ``NO_COLOR`` takes its colours and leaves bold and underlined text."""
    depth = ColourDepth.NONE if console.no_color else _DEPTHS.get(console.color_system, ColourDepth.SIXTEEN)
    attributes = console.color_system is not None
    return Look(console.width, depth, theme, attributes, console.encoding)
