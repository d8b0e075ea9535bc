"""One life of the engine process: started, listened to, ended.

Decisions:
- Everything the process writes to standard error goes to the log, from the first line to the last: a pipe that nobody
  reads would stop it.
- It is asked to end, then told, then made to. It also ends by itself when its standard input does, so that it cannot
  outlive this process however that ends.
- Its end is announced once, when its exit code is known and the log is complete.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from subprocess import PIPE, Popen, TimeoutExpired
from threading import Event, Thread
from typing import BinaryIO, cast

from prompt_salience.engine_client.cancellation import NEVER
from prompt_salience.engine_client.connection import Connection, UnansweredError
from prompt_salience.engine_client.death import Death, LinkLostError
from prompt_salience.engine_client.log_lines import LogLines
from prompt_salience.engine_client.protocol import EngineError
from prompt_salience.engine_client.wire import PROTOCOL_VERSION, Initialize, StateChanged

_BLOCK = 1 << 16
_LAST_WORDS = 0.5
"""How long a process that has closed a stream may take to end, in seconds."""


class EngineProcess:
    """A running engine. Whoever makes one must see to it that it is stopped."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        on_state: Callable[[StateChanged], None],
        on_log: Callable[[str], None],
        patience: float,
    ) -> None:
        """Start it.

        Raises:
            OSError: the command cannot be run.
        """
        self._on_log = on_log
        self._popen = Popen(list(command), stdin=PIPE, stdout=PIPE, stderr=PIPE)  # noqa: S603 - our own command.
        self._killed_because = ""
        self._death: Death | None = None
        self._ended = Event()
        self.connection = Connection(
            cast("BinaryIO", self._popen.stdout),
            cast("BinaryIO", self._popen.stdin),
            on_state=on_state,
            on_log=on_log,
            give_up=self.kill,
            patience=patience,
        )
        self._log_thread = Thread(target=self._log, name="engine-log", daemon=True)
        self._log_thread.start()
        Thread(target=self._read, name="engine-reader", daemon=True).start()

    @property
    def pid(self) -> int:
        """The system's number for the process."""
        return self._popen.pid

    @property
    def alive(self) -> bool:
        """Whether its end has not been announced."""
        return not self._ended.is_set()

    def initialize(self, within: float) -> None:
        """Wait until the engine says that it is there.

        Raises:
            LinkLostError: it ended, or was killed because it said nothing for ``within`` seconds.
            EngineError: it is of another version.
        """
        exchange = self.connection.exchange(Initialize(), NEVER, within)
        try:
            next(exchange)
        except StopIteration as end:
            _check_version(end.value)
        except UnansweredError:
            self.kill(f"did not answer within {within:g} s of its start")
            raise LinkLostError(self.wait(), started=False) from None

    def kill(self, because: str = "") -> None:
        """End it now. Does not wait for the end."""
        self._killed_because = self._killed_because or because
        self._popen.kill()

    def wait(self) -> Death:
        """How it ended, once it has."""
        self._ended.wait()
        return cast("Death", self._death)

    def stop(self, within: float) -> None:
        """End it within so many seconds: by asking, then by signals."""
        deadline = time.monotonic() + within
        self.connection.ask_to_exit()
        if self._ended.wait(within / 2):
            return
        self._popen.terminate()
        if not self._ended.wait(within / 4):
            self._popen.kill()
            self._ended.wait(max(0.0, deadline - time.monotonic()))

    def _read(self) -> None:
        try:
            self.connection.read()
        finally:
            self._death = Death(self._exit_code(), self._killed_because)
            self._log_thread.join(_LAST_WORDS)
            self.connection.close(self._death)
            self._ended.set()

    def _exit_code(self) -> int:
        """How the process ended; one that goes on without its streams is killed."""
        with suppress(TimeoutExpired):
            return self._popen.wait(_LAST_WORDS)
        self.kill("closed its link")
        return self._popen.wait()

    def _log(self) -> None:
        stream, lines = cast("BinaryIO", self._popen.stderr), LogLines()
        with stream:
            while block := stream.read1(_BLOCK):  # type: ignore[attr-defined]
                for line in lines.feed(block, time.monotonic()):
                    self._on_log(line)
        for line in lines.end():
            self._on_log(line)


def _check_version(found: int) -> None:
    if found != PROTOCOL_VERSION:
        message = (
            f"The engine speaks version {found} of the engine protocol, and this program version {PROTOCOL_VERSION}. "
            "They are from different installations: install prompt-salience again, and restart."
        )
        raise EngineError(message)
