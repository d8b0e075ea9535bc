"""The folder in which Hugging Face's own programs keep what they download, read and never written.

Decisions:
- The layout is theirs: ``models--OWNER--NAME/refs/REVISION`` is a file that holds a commit, and
  ``models--OWNER--NAME/snapshots/COMMIT`` a folder with the files of that commit.
- Its place is found as they find it, from the same environment variables in the same order.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from prompt_salience.engine_client.hugging_face_name import HuggingFaceName

_MODEL = "models--"
_BETWEEN = "--"
_SNAPSHOTS = "snapshots"


def hugging_face_cache() -> Path:
    """The folder: ``HF_HUB_CACHE``, else ``HUGGINGFACE_HUB_CACHE``, else ``hub`` in ``HF_HOME``.

    ``HF_HOME`` in turn is ``huggingface`` in ``XDG_CACHE_HOME`` where it is not set, or in ``~/.cache``.
    """
    named = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    if named:
        return Path(os.path.expandvars(named)).expanduser()
    caches = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = os.environ.get("HF_HOME") or f"{caches}/huggingface"
    return Path(os.path.expandvars(home)).expanduser() / "hub"


def snapshot(name: HuggingFaceName) -> Path | None:
    """The folder with the files of a model's revision, or None where it has not been downloaded."""
    model = hugging_face_cache() / f"{_MODEL}{name.repository.replace('/', _BETWEEN)}"
    folder = model / _SNAPSHOTS / _commit(model / "refs" / name.revision, name.revision)
    return folder if folder.is_dir() else None


def _commit(reference: Path, revision: str) -> str:
    """The commit that a branch or a tag stood at when it was downloaded; a commit stands for itself."""
    try:
        return reference.read_text(encoding="utf-8").strip() or revision
    except (OSError, ValueError):
        return revision


def snapshots() -> Iterator[tuple[HuggingFaceName, Path]]:
    """Every model of which the main revision has been downloaded, by name."""
    for model in sorted(hugging_face_cache().glob(f"{_MODEL}*{_BETWEEN}*")):
        name = HuggingFaceName(_repository(model.name))
        folder = snapshot(name)
        if folder:
            yield name, folder


def repository_of(folder: Path) -> str | None:
    """The repository, ``OWNER/NAME``, that a folder is a snapshot of; None where it is no snapshot."""
    model = folder.parent.parent.name
    return _repository(model) if folder.parent.name == _SNAPSHOTS and model.startswith(_MODEL) else None


def _repository(model: str) -> str:
    return model.removeprefix(_MODEL).replace(_BETWEEN, "/", 1)
