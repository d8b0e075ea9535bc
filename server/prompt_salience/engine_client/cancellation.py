"""Cancelling work that another thread does: asked for once, heard of by everyone who waits."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

Listener = Callable[[], None]


class Cancelled(Exception):  # noqa: N818 - it is no error: somebody asked for it.
    """The work was cancelled before it was done."""


class Cancellation:
    """A wish to stop, shared by the thread that works and those that may call it off. Safe in all of them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked = False
        self._listeners: list[Listener] = []

    @property
    def asked(self) -> bool:
        """Whether the work is to stop."""
        return self._asked

    def cancel(self) -> None:
        """Ask the work to stop, and tell every listener; asking again does nothing."""
        with self._lock:
            already, self._asked = self._asked, True
            listeners, self._listeners = self._listeners, []
        if not already:
            for listener in listeners:
                listener()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Have ``listener`` called once when the work is cancelled, at once if it is already; returns how to stop."""
        with self._lock:
            if not self._asked:
                self._listeners.append(listener)
                return lambda: self._forget(listener)
        listener()
        return lambda: None

    def raise_if_asked(self) -> None:
        """Stop here if the work is to stop.

        Raises:
            Cancelled: it is.
        """
        if self._asked:
            raise Cancelled

    def _forget(self, listener: Listener) -> None:
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)


NEVER = Cancellation()
"""For work that nobody will call off: do not cancel it."""
