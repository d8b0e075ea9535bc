"""The sending end of the engine's link."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import BinaryIO, NoReturn

from prompt_salience.engine_client.framing import frame
from prompt_salience.engine_client.wire import Message, to_json


class Outbox:
    """The sending end of the link, for several threads."""

    def __init__(self, link: BinaryIO, end: Callable[[], NoReturn]) -> None:
        self._link, self._end = link, end
        self._lock = Lock()

    def send(self, message: Message) -> None:
        """Send a message; if nobody is there to read it, the process ends."""
        data = frame(to_json(message))
        try:
            with self._lock:
                self._link.write(data)
                self._link.flush()
        except OSError:
            self._end()
