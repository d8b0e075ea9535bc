"""A command line whose model is scripted: streams in memory, exit code returned."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from prompt_salience.cli.main import main
from prompt_salience.cli.session import Session
from scripted_engine import ScriptedEngine


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


class Terminal(io.StringIO):
    """A stream in memory that says what it is."""

    def __init__(self, encoding: str, *, terminal: bool) -> None:
        super().__init__(newline="")
        self._encoding, self._terminal = encoding, terminal

    @property
    def encoding(self) -> str:
        return self._encoding

    def isatty(self) -> bool:
        return self._terminal


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture
def prompt_salience(engine, monkeypatch, tmp_path):
    """Run the command line in a folder of its own: ``prompt_salience("explain", "menu.txt", stdin=b"...")``."""
    for variable in ("NO_COLOR", "FORCE_COLOR", "COLORFGBG", "COLUMNS", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path / "no-downloads"))
    monkeypatch.chdir(tmp_path)

    def run(*argv: str, stdin: bytes = b"", encoding: str = "utf-8", terminal: bool = False, load=None) -> Outcome:
        out, err = Terminal(encoding, terminal=terminal), Terminal(encoding, terminal=terminal)
        session = Session(io.BytesIO(stdin), out, err, load or (lambda _model, _dtype, _progress: engine))
        code = main(argv, session)
        return Outcome(code, out.getvalue(), err.getvalue())

    return run
