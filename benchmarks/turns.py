"""A process that does what it is told, one thing after the other: two of them can take turns on a busy machine.

Requests and answers are lines of JSON. A process keeps its standard output for answers: what libraries print goes with
its errors into a file, which is shown if it dies.

Time is taken by two clocks: that on the wall, and the processor time of all threads of a process, which other programs
hardly change.

This module needs the standard library alone: it also runs where LIT is installed and this project is not.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any, Self

CLOCKS = {"wall": time.perf_counter, "processor": time.process_time}


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    """The seconds that the block takes by each clock; they are there when it has ended."""
    taken = dict[str, float]()
    started = {name: clock() for name, clock in CLOCKS.items()}
    yield taken
    taken |= {name: clock() - started[name] for name, clock in CLOCKS.items()}


class Worker(AbstractContextManager["Worker"]):
    """A process that answers requests; it ends with the block.

    Args:
        command: what to start.
        environment: variables that it gets beside those of this process.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._errors = TemporaryFile("w+")  # noqa: SIM115 - closed when the block ends.
        self._process = subprocess.Popen(
            command, env=os.environ | dict(environment), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
        )  # fmt: skip

    def ask(self, action: str, **arguments: Any) -> Any:
        """Let it do something, and wait for what it answers.

        Raises:
            RuntimeError: it died.
        """
        line = self._answered(json.dumps({"action": action, "arguments": arguments}))
        if not line:
            self._process.wait()
            self._errors.seek(0)
            message = f"the process that should {action} died:\n{self._errors.read()}"
            raise RuntimeError(message)
        return json.loads(line)

    def _answered(self, request: str) -> str:
        """The line that answers a request; an empty one from a process that died."""
        assert self._process.stdin
        assert self._process.stdout
        try:
            print(request, file=self._process.stdin, flush=True)
        except BrokenPipeError:
            return ""
        return self._process.stdout.readline()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let it end by itself, which it does when nothing more can come."""
        self._process.communicate()
        self._errors.close()


def serve(actions: Mapping[str, Callable[..., Any]]) -> None:
    """Answer requests until there are no more."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        request = json.loads(line)
        answer = actions[request["action"]](**request["arguments"])
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
