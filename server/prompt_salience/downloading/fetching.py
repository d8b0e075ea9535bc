"""One download, from the question which version is the newest to the last byte; runs in a process of its own.

Decisions:
- One program at a time downloads a version: kagglehub writes into the files of the cache, and two would spoil each
  other's. The lock is the very file that says that a download is under way; it stays where one is broken off.
- A link that breaks after bytes have come is taken up again at once. One that brings nothing any more is not.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout
from requests import HTTPError, RequestException

from prompt_salience.downloading import arriving, kaggle
from prompt_salience.downloading.arriving import Arrival, Watching, answer_expected
from prompt_salience.downloading.causes import (
    download_error,
    interrupted,
    no_room,
    unanswered,
    unreadable_credentials,
)
from prompt_salience.downloading.errors import DownloadError
from prompt_salience.downloading.said import Come, Failed, Here, Said
from prompt_salience.engine_client.kaggle_cache import folder_of, is_complete, note_beside
from prompt_salience.engine_client.kaggle_handle import KaggleHandle

Say = Callable[[Said], None]
Fail = Callable[[DownloadError], None]


def fetch(handle: KaggleHandle, say: Say, give_up: Callable[[], None], *, anew: bool) -> None:
    """Download a model, and say how it goes and ends.

    Args:
        handle: which.
        say: told what is to be told.
        give_up: ends this process; called after it was said why.
        anew: remove what is there first.
    """
    try:
        credentials = kaggle.has_credentials()
    except ValueError as error:
        say(Failed.of(unreadable_credentials(error)))
        return

    def fail(error: DownloadError) -> None:
        say(Failed.of(error))
        give_up()

    try:
        say(Here(_fetched(handle, say, fail, anew=anew)))
    except Exception as error:  # noqa: BLE001 - whatever it is, people are told.
        say(Failed.of(download_error(error, handle, credentials=credentials)))


def _fetched(handle: KaggleHandle, say: Say, fail: Fail, *, anew: bool) -> str:
    with answer_expected(lambda: fail(unanswered(handle, arriving.PATIENCE))):
        handle = kaggle.with_version(handle)
    folder = folder_of(handle)
    note = note_beside(folder)
    note.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(note, timeout=0):
            if anew:
                kaggle.forget(handle)
            try:
                return _complete(handle, folder, say, fail)
            finally:
                _tidy(folder)
    except Timeout:
        message = f"{handle} is being downloaded by another program. Wait until it is done, and try again."
        raise DownloadError(message) from None


def _complete(handle: KaggleHandle, folder: Path, say: Say, fail: Fail) -> str:
    if is_complete(folder):
        return str(folder)

    def silent() -> None:
        _tidy(folder)
        fail(unanswered(handle, arriving.PATIENCE))

    with answer_expected(silent):
        arrival = Arrival(folder, kaggle.remote_files(handle))
    _check_room(handle, folder, arrival)

    def tell() -> None:
        say(Come(arrival.done, arrival.total))

    def stalled() -> None:
        if not arrival.done:
            silent()
        fail(interrupted(handle, arrival.done, arrival.total))

    tell()
    with Watching(arrival, tell, stalled):
        found = _downloaded(handle, arrival)
    tell()
    return found


def _tidy(folder: Path) -> None:
    """Take away the note that a download is under way where it is done, or brought nothing."""
    if is_complete(folder) or not folder.exists():
        note_beside(folder).unlink(missing_ok=True)


def _downloaded(handle: KaggleHandle, arrival: Arrival) -> str:
    """Have it downloaded, as often as that brings anything."""
    while True:
        before = arrival.done
        try:
            return kaggle.download(handle)
        except HTTPError:
            raise
        except RequestException as error:
            if arrival.done > before:
                continue
            if before:
                raise interrupted(handle, before, arrival.total) from error
            raise


def _check_room(handle: KaggleHandle, folder: Path, arrival: Arrival) -> None:
    needed, free = arrival.total - arrival.done, shutil.disk_usage(folder.parent).free
    if needed > free:
        raise no_room(handle, needed, free)
