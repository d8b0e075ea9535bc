"""The server's end of the engine process: started when it is needed, its states told to the client.

Decisions:
- The states go to the client as the notification ``$/promptSalience/engineStatus``, for a status item, and to the log.
- A failure that nothing will mend by itself is told once, with a way to try again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from prompt_salience.engine_client.cancellation import Cancellation
from prompt_salience.engine_client.models import find_model
from prompt_salience.engine_client.protocol import Engine, Progress
from prompt_salience.engine_client.status import EngineState, EngineStatus
from prompt_salience.engine_client.supervision import Supervisor

_log = logging.getLogger("prompt_salience.engine")

StatusListener = Callable[[EngineStatus], None]


class EngineLink:
    """One engine for all prompt files.

    Args:
        command: how the engine process is started.
        tell: called on the event loop with each new state.
    """

    def __init__(self, command: Sequence[str], tell: StatusListener) -> None:
        self._tell = tell
        self._loop: asyncio.AbstractEventLoop | None = None
        self._supervisor = Supervisor(command, on_status=self._pass_on, on_log=_log.info)

    @property
    def status(self) -> EngineStatus:
        """What the engine is doing."""
        return self._supervisor.status

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Tell of states on this event loop from now on."""
        self._loop = loop

    def start(self) -> None:
        """Start the process without a model."""
        self._supervisor.start()

    def load(self, model: str, dtype: str | None, cancellation: Cancellation, progress: Progress) -> Engine:
        """The engine with a model loaded; called by a thread that works.

        Raises:
            Cancelled: the work was called off.
            EngineError: there is no such model, or it could not be loaded.
        """
        return self._supervisor.load(find_model(model), dtype, cancellation, progress)

    def restart(self) -> None:
        """End the process; the next work starts another."""
        self._supervisor.restart()

    def stop(self) -> None:
        """End the process for good."""
        self._supervisor.stop()

    def _pass_on(self, status: EngineStatus) -> None:
        if status.state is EngineState.FAILED:
            _log.error("%s", status.message)
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell, status)
