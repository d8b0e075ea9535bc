"""The folder in which kagglehub keeps what it downloads, and how far each download has come.

Decisions:
- The layout is kagglehub's: ``models/OWNER/MODEL/FRAMEWORK/VARIATION/VERSION``, and beside that folder
  ``VERSION.complete`` once everything is there.
- kagglehub writes into that very folder from the first byte on. What says that a download of ours has begun and not
  ended is a file of our own beside it, ``VERSION.downloading``; without it, a folder counts as it is found, because it
  may have come there in another way.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from prompt_salience.engine_client.kaggle_handle import KaggleHandle


def kagglehub_cache() -> Path:
    """The folder: ``KAGGLEHUB_CACHE``, else ``~/.cache/kagglehub``."""
    return Path(os.environ.get("KAGGLEHUB_CACHE") or Path.home() / ".cache" / "kagglehub")


def models_cache() -> Path:
    """Where models are in it."""
    return kagglehub_cache() / "models"


def folder_of(handle: KaggleHandle) -> Path:
    """Where a version of a model lies, or will lie."""
    return models_cache().joinpath(*handle.parts, str(handle.version))


def version_folders(handle: KaggleHandle) -> Iterator[Path]:
    """What there is of a model, the newest version first: of all versions, or of the one that the handle names."""
    if handle.version is not None:
        yield from filter(Path.is_dir, [folder_of(handle)])
        return
    folders = models_cache().joinpath(*handle.parts).glob("[0-9]*")
    yield from sorted(filter(Path.is_dir, folders), key=version_order, reverse=True)


def version_order(folder: Path) -> tuple[int, str]:
    """What to sort versions by: their numbers, after whatever has none."""
    return (int(folder.name) if folder.name.isdecimal() else -1), folder.name


def note_beside(folder: Path) -> Path:
    """The file that is there while a download is under way, or broken off."""
    return folder.with_name(f"{folder.name}.downloading")


def archive_beside(folder: Path) -> Path:
    """The file that kagglehub downloads a model of many files as, before it unpacks it."""
    return folder.with_name(f"{folder.name}.archive")


def is_broken_off(folder: Path) -> bool:
    """Whether only a part of a version has been downloaded."""
    return note_beside(folder).exists() and not is_complete(folder)


def is_complete(folder: Path) -> bool:
    """Whether kagglehub has downloaded all of a version."""
    return folder.with_name(f"{folder.name}.complete").exists() and folder.is_dir()
