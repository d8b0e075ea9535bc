"""How much of a model has come, told while it comes.

Decisions:
- It is read off the sizes of the files in the cache, whose total Kaggle has told: so what an earlier try brought
  counts, and nothing depends on how kagglehub shows its progress.
- kagglehub waits for ever on a link through which nothing comes, be it a file or an answer. Where nothing was written
  and nothing was computed (a checksum takes minutes for a large file) for ``PATIENCE`` seconds, the download is given
  up; so is a question that was not answered by then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread, Timer
from types import TracebackType
from typing import Self

from prompt_salience.downloading.kaggle import RemoteFile
from prompt_salience.engine_client.kaggle_cache import archive_beside

PAUSE, PATIENCE = 0.2, 60.0
_IDLE_SHARE = 0.01


class Arrival:
    """A model on its way to a folder."""

    def __init__(self, folder: Path, files: Sequence[RemoteFile]) -> None:
        self._folder, self._files = folder, files
        self.total = sum(file.size for file in files)

    @property
    def done(self) -> int:
        """How many bytes have come."""
        unpacked = sum(min(_size(self._folder / file.name), file.size) for file in self._files)
        return min(max(unpacked, _size(archive_beside(self._folder))), self.total)

    @property
    def written(self) -> int:
        """How much was written, archives and what was unpacked of them counted both."""
        return sum(_size(self._folder / file.name) for file in self._files) + _size(archive_beside(self._folder))


class Watching:
    """Tells how much has come while a block runs, and gives up when nothing comes any more."""

    def __init__(self, arrival: Arrival, tell: Callable[[], None], give_up: Callable[[], None]) -> None:
        self._arrival, self._tell, self._give_up = arrival, tell, give_up
        self._over = Event()
        self._thread = Thread(target=self._watch, name="download-watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        patience = _Patience(self._arrival.written)
        while not self._over.wait(PAUSE):
            self._tell()
            if patience.is_over(self._arrival.written):
                self._give_up()


@contextmanager
def answer_expected(give_up: Callable[[], None]) -> Iterator[None]:
    """Gives up where a block, which asks Kaggle something, takes too long."""
    timer = Timer(PATIENCE, give_up)
    timer.name, timer.daemon = "answer-watch", True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class _Patience:
    """When something was last written or computed; to be asked by one thread only, whose own work does not count."""

    def __init__(self, written: int) -> None:
        self._written = written
        self._since, self._computed = time.monotonic(), _computed()

    def is_over(self, written: int) -> bool:
        now, computed = time.monotonic(), _computed()
        if written == self._written and now - self._since < PATIENCE:
            return False
        if written == self._written and computed - self._computed < _IDLE_SHARE * PATIENCE:
            return True
        self._written, self._since, self._computed = written, now, computed
        return False


def _computed() -> float:
    """For how long all threads but this one have computed, in seconds."""
    return time.process_time() - time.thread_time()


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
