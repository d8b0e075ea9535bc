"""The console that results are printed on: what the options and the environment say about colour and width."""

from __future__ import annotations

import os
from argparse import Namespace
from typing import Never

from rich.console import Console

from prompt_salience.attribution.scale import Theme
from prompt_salience.cli.session import Session
from prompt_salience.report.look import Look, look_of

_LIGHT_BACKGROUNDS = frozenset({"7", "15"})
_TOO_FEW_COLOURS = frozenset({None, "standard"})


class ResultConsole(Console):
    """A console that leaves it to the command line to end the program when its reader went away."""

    def on_broken_pipe(self) -> Never:
        """Raise ``BrokenPipeError``; rich would exit with code 1."""
        raise BrokenPipeError


def result_console(arguments: Namespace, session: Session) -> Console:
    """The console of ``--color`` and ``--width``; with ``auto``, rich heeds ``NO_COLOR``, ``TERM`` and the stream.

    ``always`` has 256 colours at least: the levels of the scale look alike in sixteen.
    """
    stream, width = session.stdout, arguments.width
    if arguments.color == "auto":
        return ResultConsole(file=stream, width=width)
    if arguments.color == "never":
        return ResultConsole(file=stream, width=width, color_system=None, force_terminal=False)
    console = ResultConsole(file=stream, width=width, force_terminal=True, no_color=False)
    if console.color_system in _TOO_FEW_COLOURS:
        return ResultConsole(file=stream, width=width, force_terminal=True, no_color=False, color_system="256")
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
