"""Responses as files, for clients that ask for no contents: where they lie, and how they are written.

Decisions:
- They are for the eyes of one user.
- Each server has a folder of its own. What a server that was killed has left is removed by the next one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from prompt_salience.engine_client.cache_directory import cache_directory

ENDING = ".response.md"
SCHEME = "prompt-salience-response"
"""The scheme of the URIs of responses that are no files."""


def response_path(prompt: str) -> Path:
    """Where the response of a prompt file is kept; ``prompt`` is its path, or the URI of one without a file."""
    folder = hashlib.sha256(prompt.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return _folder() / folder / (prompt.rsplit("/", 1)[-1].replace(":", "-") + ENDING)


def is_response_path(path: str) -> bool:
    """Whether a path, or the URI of what is no file, is that of a response, be it another server's."""
    if path.startswith(f"{SCHEME}:"):
        return True
    return path.endswith(ENDING) and Path(path).is_relative_to(_folder_of_all())


def write_response(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        file.write(text)
    new.replace(path)


def remove_response(path: Path) -> None:
    """Remove a response; it need not be there."""
    shutil.rmtree(path.parent, ignore_errors=True)


def remove_all() -> None:
    """Remove every response of this server."""
    shutil.rmtree(_folder(), ignore_errors=True)


def remove_left_over() -> None:
    """Remove the responses of servers that are not running any more."""
    for folder in _folder_of_all().glob("*"):
        if folder.name.isdecimal() and not _is_running(int(folder.name)):
            shutil.rmtree(folder, ignore_errors=True)


def _folder() -> Path:
    return _folder_of_all() / str(os.getpid())


def _folder_of_all() -> Path:
    return cache_directory() / "responses"


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
