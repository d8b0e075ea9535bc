"""Supervised engine processes, none of which outlives its test."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parents[1] / "engine"))

from watched import Watched

from scripted_engine_process import scripted_command


@pytest.fixture
def supervised() -> Iterator[Callable[..., Watched]]:
    """Makes a supervised scripted engine: ``supervised("--late", 1, limits=...)``."""
    made: list[Watched] = []

    def make(*arguments: object, command: tuple[str, ...] | None = None, **options: Any) -> Watched:
        made.append(Watched(command or scripted_command(*arguments), **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def kill() -> Callable[[int], None]:
    return lambda pid: os.kill(pid, signal.SIGKILL)
