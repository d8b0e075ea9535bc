"""What a report of a fault should say of this installation, of the machine, and of what is on it.

Decisions:
- Of credentials only whether they are there is found out: their content is never read.
- A fault of the engine is part of the diagnosis, not the end of it: whoever asks for it has one.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from prompt_salience.cli.session import Session
from prompt_salience.embedded import embedded_model_path
from prompt_salience.engine.examination import Examination
from prompt_salience.engine_client.cache_directory import cache_directory
from prompt_salience.engine_client.kaggle_cache import kagglehub_cache
from prompt_salience.engine_client.models import available_models
from prompt_salience.engine_client.protocol import EngineError, Progress
from prompt_salience.version import VERSION

PACKAGES = ("jax", "jaxlib", "keras", "keras-nlp", "keras-hub", "kagglehub", "h5py", "numpy", "pygls")


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of things that can be fetched or made again, and the bytes of the files in it."""

    what: str
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model that can be used, and how it came here."""

    name: str
    where: str
    path: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All of it. ``packages`` and ``credentials`` are by name; a package that is missing has no version."""

    version: str
    python: str
    platform: str
    packages: dict[str, str | None]
    caches: tuple[Cache, ...]
    credentials: dict[str, bool]
    models: tuple[FoundModel, ...]
    engine: Examination | None
    fault: str

    @property
    def healthy(self) -> bool:
        """Whether the engine does what it should."""
        return not self.fault


def diagnosis(session: Session, progress: Progress) -> Diagnosis:
    """Find everything out; the engine examines itself, which takes some seconds."""
    engine, fault = _examined(session, progress)
    return Diagnosis(
        version=VERSION,
        python=platform.python_version(),
        platform=platform.platform(),
        packages={name: _version(name) for name in PACKAGES},
        caches=tuple(_caches()),
        credentials=_credentials(),
        models=tuple(FoundModel(model.name, model.where.value, str(model.path)) for model in available_models()),
        engine=engine,
        fault=fault,
    )


def _examined(session: Session, progress: Progress) -> tuple[Examination | None, str]:
    try:
        found = session.examine(embedded_model_path(), progress)
    except (EngineError, ImportError, OSError, RuntimeError) as error:
        return None, f"{type(error).__name__}: {error}"
    return found, found.self_test.fault


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _caches() -> Iterator[Cache]:
    for what, path in (("compiled code", cache_directory() / "compiled"), ("downloaded models", kagglehub_cache())):
        yield Cache(what, str(path), sum(_size(file) for file in path.rglob("*")))


def _size(path: Path) -> int:
    """The bytes of a file; none where it is a folder, a link, or gone by now."""
    try:
        return path.lstat().st_size if path.is_file() and not path.is_symlink() else 0
    except OSError:
        return 0


def _credentials() -> dict[str, bool]:
    """Where kagglehub looks for them, one after the other, and whether there are any."""
    folder = Path(os.environ.get("KAGGLE_CONFIG_DIR") or Path.home() / ".kaggle")
    return {
        "KAGGLE_API_TOKEN": bool(os.environ.get("KAGGLE_API_TOKEN")),
        "KAGGLE_USERNAME and KAGGLE_KEY": bool(os.environ.get("KAGGLE_USERNAME") and os.environ.get("KAGGLE_KEY")),
        str(folder / "access_token"): (folder / "access_token").is_file(),
        str(folder / "kaggle.json"): (folder / "kaggle.json").is_file(),
    }
