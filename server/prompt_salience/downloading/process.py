"""Downloading a model, as callers see it: a call that tells its progress, and can be called off.

Decisions:
- A process of its own downloads. kagglehub prints to standard output, which is a language server's link; it waits on
  the network in places that only a signal can end; and importing it takes most of a second. Not the engine's process
  either: a download takes minutes to hours, while which models are run, and the engine may die of one at any time.
- Calling it off ends that process. What has come stays, and the next download goes on from there.
- A version that is whole is found without a process, and without a network.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from subprocess import PIPE, Popen

from prompt_salience.downloading.errors import DownloadError
from prompt_salience.downloading.said import Come, Failed, Here, from_line
from prompt_salience.engine_client.cancellation import NEVER, Cancellation
from prompt_salience.engine_client.kaggle_cache import is_complete, version_folders
from prompt_salience.engine_client.kaggle_handle import SCHEME, KaggleHandle
from prompt_salience.engine_client.protocol import Progress, no_progress

# -P keeps the folder that this program was started in off the import path, as for the engine.
COMMAND = (sys.executable, "-P", "-m", "prompt_salience.downloading")
DOWNLOADING = "downloading"
"""What progress says is being done; it counts bytes."""


def download(
    handle: KaggleHandle,
    cancellation: Cancellation = NEVER,
    progress: Progress = no_progress,
    *,
    anew: bool = False,
    command: Sequence[str] = COMMAND,
) -> Path:
    """Download a model, or what is missing of it, and return its folder.

    Args:
        handle: what Kaggle calls it.
        cancellation: calls it off.
        progress: told how many bytes have come; may raise to call it off.
        anew: remove what is there first, because it is damaged.
        command: how the process that downloads is started.

    Raises:
        Cancelled: it was called off.
        DownloadError: it could not be downloaded; the message says why and what to do.
    """
    whole = next(filter(is_complete, version_folders(handle)), None)
    if whole and not anew:
        return whole
    cancellation.raise_if_asked()
    with _started([*command, f"{SCHEME}{handle}", *(["--anew"] if anew else [])]) as process:
        forget = cancellation.listen(process.kill)
        try:
            return _followed(process, cancellation, progress)
        finally:
            forget()
            process.kill()


def _started(command: Sequence[str]) -> Popen[bytes]:
    try:
        return Popen(command, stdin=PIPE, stdout=PIPE)  # noqa: S603 - our own command.
    except OSError as error:
        message = f"The download cannot be started ({error}). Install prompt-salience again."
        raise DownloadError(message) from error


def _followed(process: Popen[bytes], cancellation: Cancellation, progress: Progress) -> Path:
    """What the process says until it has ended."""
    for line in process.stdout or ():
        match from_line(line):
            case Come(done, of):
                progress(DOWNLOADING, done, of)
            case Here(folder):
                return Path(folder)
            case Failed() as failed:
                raise failed.error
    cancellation.raise_if_asked()
    message = "The process that downloads ended before it was done. Try again: it goes on where it stopped."
    raise DownloadError(message)
