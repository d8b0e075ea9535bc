"""The console that results are printed on: what the options and the environment say about colour and width."""

from __future__ import annotations

import os
from argparse import Namespace

from rich.console import Console

from prompt_salience.attribution.scale import Theme
from prompt_salience.cli.session import Session
from prompt_salience.report.look import Look, look_of

_LIGHT_BACKGROUNDS = frozenset({"7", "15"})


def result_console(arguments: Namespace, session: Session) -> Console:
    """The console of ``--color`` and ``--width``; with ``auto``, rich heeds ``NO_COLOR``, ``TERM`` and the stream."""
    stream, width = session.stdout, arguments.width
    if arguments.color == "auto":
        return Console(file=stream, width=width)
    if arguments.color == "never":
        return Console(file=stream, width=width, color_system=None, force_terminal=False)
    console = Console(file=stream, width=width, force_terminal=True, no_color=False)
    if console.color_system is None:
        return Console(file=stream, width=width, force_terminal=True, no_color=False, color_system="256")
    return console


def look_for(arguments: Namespace, console: Console) -> Look:
    """What the picture may use on a console."""
    if arguments.background == "auto":
        return look_of(console, _theme_of_terminal())
    return look_of(console, Theme(arguments.background))


def _theme_of_terminal() -> Theme:
    """``COLORFGBG`` ends with the number of the background colour, on terminals that set it."""
    background = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    return Theme.LIGHT if background in _LIGHT_BACKGROUNDS else Theme.DARK
