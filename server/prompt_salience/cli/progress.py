"""Progress on standard error: only for people, only for what takes over half a second, and gone when it is done.

Decisions:
- An interrupt raised where Python ignores exceptions (in a callback of the garbage collector, which libraries set
  while they are imported) is lost; the next report of progress raises it again.
"""

from __future__ import annotations

from threading import Event, Lock, Timer
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

DELAY_IN_SECONDS = 0.5


class ProgressLine:
    """A line that says what is being done, how far it is and how long it has taken.

    Call it with what is being done, how much is done and how much there is (0 where nobody knows). It appears when
    the block it is used in has lasted ``DELAY_IN_SECONDS``, and never where ``stream`` is no terminal.
    ``interrupted`` is set when the user has interrupted. With ``in_bytes`` it is bytes that are counted.
    """

    def __init__(self, stream: TextIO, interrupted: Event, *, in_bytes: bool = False) -> None:
        self._interrupted = interrupted
        console = Console(file=stream)
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            DownloadColumn() if in_bytes else MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._shown = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._shown.add_task("", total=None)
        self._timer = Timer(DELAY_IN_SECONDS, self._show)
        self._timer.daemon = True
        self._lock = Lock()
        self._over = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._over = True
            self._shown.stop()

    def __call__(self, doing: str, done: int, of: int) -> None:
        """Show that ``done`` of ``of`` is done.

        Raises:
            KeyboardInterrupt: the user has interrupted, and the work has gone on.
        """
        if self._interrupted.is_set():
            raise KeyboardInterrupt
        self._shown.update(self._task, description=doing.capitalize(), completed=done, total=of or None)

    def _show(self) -> None:
        with self._lock:
            if not self._over:
                self._shown.start()
