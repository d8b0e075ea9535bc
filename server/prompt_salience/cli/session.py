"""What the command line works with: three streams and a way to load a model. Tests hand in their own.

Decisions:
- A process may have been started without some of its streams. What has no standard error says nothing; to read
  what is not there, or to write to it, fails as it does on a full disk.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, BinaryIO, TextIO

from prompt_salience.cli.errors import OutputError

if TYPE_CHECKING:
    from prompt_salience.engine.examination import Examination
    from prompt_salience.engine_client.models import AvailableModel
    from prompt_salience.engine_client.protocol import Engine, Progress

    LoadEngine = Callable[[AvailableModel, str | None, Progress], Engine]
    ExamineEngine = Callable[[Path, Progress], Examination]


def _examine_with_keras(model: Path, progress: Progress) -> Examination:
    from prompt_salience.engine.backend import prepare_backend

    prepare_backend()
    from prompt_salience.engine.examining import examination

    return examination(model, progress)


@dataclass(frozen=True)
class Session:
    """The streams of one invocation, and what loads a model for it, given a number type or None for the best.

    ``examine`` tests the engine with the model in a folder.
    ``interrupted`` is set when the user has interrupted the command, which it may not have noticed.
    """

    stdin: BinaryIO
    stdout: TextIO
    stderr: TextIO
    load: LoadEngine
    interrupted: Event = field(default_factory=Event)
    examine: ExamineEngine = _examine_with_keras

    @classmethod
    def of_this_process(cls) -> Session:
        """The streams of this process, and the real engine."""
        nowhere = Path(os.devnull)
        stdin = sys.stdin.buffer if sys.stdin else nowhere.open("wb", buffering=0)
        stdout = sys.stdout or nowhere.open(encoding="utf-8")
        stderr = sys.stderr or nowhere.open("w", encoding="utf-8")
        return cls(stdin, stdout, stderr, _load_with_keras)

    def say(self, message: str) -> None:
        """Write a line to standard error: everything that is not the result."""
        print(message, file=self.stderr, flush=True)

    @contextmanager
    def result(self) -> Iterator[TextIO]:
        """Standard output, to write the result to; all of it has been written when the block is over.

        Raises:
            BrokenPipeError: the reader went away.
            OutputError: standard output cannot be written.
        """
        try:
            yield self.stdout
            self.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            message = f"standard output: {error.strerror or error}"
            raise OutputError(message) from error


def _load_with_keras(model: AvailableModel, dtype: str | None, progress: Progress) -> Engine:
    from prompt_salience.engine.load import load_engine

    return load_engine(model.path, name=model.name, dtype=dtype, progress=progress)
