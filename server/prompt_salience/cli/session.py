"""What the command line works with: three streams and a way to load a model. Tests hand in their own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, TextIO

if TYPE_CHECKING:
    from prompt_salience.engine_client.models import AvailableModel
    from prompt_salience.engine_client.protocol import Engine, Progress

    LoadEngine = Callable[[AvailableModel, str | None, Progress], Engine]


@dataclass(frozen=True)
class Session:
    """The streams of one invocation, and what loads a model for it, given a number type or None for the best."""

    stdin: BinaryIO
    stdout: TextIO
    stderr: TextIO
    load: LoadEngine

    @classmethod
    def of_this_process(cls) -> Session:
        """The streams of this process, and the real engine."""
        return cls(sys.stdin.buffer, sys.stdout, sys.stderr, _load_with_keras)

    def say(self, message: str) -> None:
        """Write a line to standard error: everything that is not the result."""
        print(message, file=self.stderr, flush=True)


def _load_with_keras(model: AvailableModel, dtype: str | None, progress: Progress) -> Engine:
    from prompt_salience.engine.load import load_engine

    return load_engine(model.path, name=model.name, dtype=dtype, progress=progress)
