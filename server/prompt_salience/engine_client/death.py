"""How the engine process ended, in words."""

from __future__ import annotations

import signal
from dataclasses import dataclass

from prompt_salience.engine_client.protocol import EngineError


class EngineDiedError(EngineError):
    """The engine process ended, and could not be brought back to finish what was asked of it."""


@dataclass(frozen=True, slots=True)
class Death:
    """The end of one process.

    Attributes:
        exit_code: as the system gives it; the negative number of a signal.
        killed_because: why this program killed it; empty when it did not.
    """

    exit_code: int
    killed_because: str = ""

    def __str__(self) -> str:
        """What happened, to go on after "The engine"."""
        if self.killed_because:
            return f"{self.killed_because}, and was ended"
        if self.exit_code == -signal.SIGKILL:
            return "was killed (SIGKILL), probably because the computer ran out of memory"
        if self.exit_code < 0:
            return f"crashed ({_signal_name(-self.exit_code)})"
        return f"ended by itself (exit code {self.exit_code})"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


class LinkLostError(Exception):
    """The process ended before it answered a request.

    ``started`` says whether it had begun to work on the request, which may then be what it died of.
    """

    def __init__(self, death: Death, *, started: bool) -> None:
        super().__init__(str(death))
        self.death, self.started = death, started
