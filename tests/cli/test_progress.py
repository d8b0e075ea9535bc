"""Progress: after half a second, for people only, and gone when it is done."""

from __future__ import annotations

import io
import time
from threading import Event

import pytest

from prompt_salience.cli import progress as progress_module
from prompt_salience.cli.progress import ProgressLine


class Stream(io.StringIO):
    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.fixture(autouse=True)
def colour_terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")


def shown(stream, seconds):
    with ProgressLine(stream, Event()) as progress:
        progress("loading menu-judge", 0, 0)
        progress("explaining", 3, 26)
        time.sleep(seconds)
    return stream.getvalue()


def test_what_is_quick_shows_nothing():
    assert shown(Stream(terminal=True), 0) == ""


def test_what_takes_longer_shows_how_far_it_is_and_then_goes(monkeypatch):
    monkeypatch.setattr(progress_module, "DELAY_IN_SECONDS", 0.01)
    written = shown(Stream(terminal=True), 0.5)
    assert "Explaining" in written
    assert "3/26" in written
    assert written.endswith("\x1b[2K")


def test_a_file_gets_no_progress(monkeypatch):
    monkeypatch.setattr(progress_module, "DELAY_IN_SECONDS", 0.01)
    assert shown(Stream(terminal=False), 0.2).strip() == ""


def test_an_interrupt_that_was_lost_ends_the_work_at_the_next_report():
    interrupted = Event()
    with ProgressLine(Stream(terminal=False), interrupted) as progress:
        progress("loading menu-judge", 0, 0)
        interrupted.set()
        with pytest.raises(KeyboardInterrupt):
            progress("explaining", 0, 26)
