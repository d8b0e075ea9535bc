"""Which models can be used, and where they are: found by looking at folders, without loading anything.

Decisions:
- A model is a folder that Keras wrote: ``config.json`` of a Gemma backbone, and its weights in one file or in shards.
- Three places: the model that comes with the package, what kagglehub has downloaded (``KAGGLEHUB_CACHE``, else
  ``~/.cache/kagglehub``), and any folder named by its path. Nothing is ever downloaded from here.
- A downloaded model goes by its variation, such as ``gemma2_2b_en``; of several versions the newest counts, and
  where two owners use one variation, the second goes by its whole handle.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path

from prompt_salience.embedded import embedded_model_path
from prompt_salience.engine_client.protocol import ModelLoadError

DEFAULT_MODEL = "menu-judge"
_GEMMA_BACKBONES = frozenset({"GemmaBackbone", "Gemma3Backbone"})


class Where(StrEnum):
    """How a model came to this machine."""

    EMBEDDED = "embedded"
    DOWNLOADED = "downloaded"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class AvailableModel:
    """A model that can be loaded: what to call it, and its folder."""

    name: str
    path: Path
    where: Where


def available_models() -> tuple[AvailableModel, ...]:
    """The embedded model, then every Gemma model in kagglehub's cache by name."""
    return AvailableModel(DEFAULT_MODEL, embedded_model_path(), Where.EMBEDDED), *_downloaded_models()


def find_model(name_or_path: str) -> AvailableModel:
    """The model that goes by a name, or lies in a folder.

    Raises:
        ModelLoadError: there is no such model, or the folder holds none; the message says what can be used.
    """
    known = {model.name: model for model in available_models()}
    if name_or_path in known:
        return known[name_or_path]
    folder = Path(name_or_path).expanduser()
    if folder.is_dir():
        return _model_in(folder)
    raise ModelLoadError(_unknown(name_or_path, list(known)))


def kagglehub_cache() -> Path:
    """The folder in which kagglehub keeps what it downloads."""
    return Path(os.environ.get("KAGGLEHUB_CACHE") or Path.home() / ".cache" / "kagglehub")


def _downloaded_models() -> tuple[AvailableModel, ...]:
    newest: dict[Path, Path] = {}
    for folder in sorted(_cached_presets(), key=_version):
        newest[folder.parent] = folder
    found: dict[str, Path] = {}
    for variation, folder in sorted(newest.items()):
        handle = variation.relative_to(kagglehub_cache() / "models").as_posix()
        found[handle if variation.name in found else variation.name] = folder
    return tuple(AvailableModel(name, folder, Where.DOWNLOADED) for name, folder in sorted(found.items()))


def _cached_presets() -> Iterator[Path]:
    """Folders ``models/OWNER/MODEL/FRAMEWORK/VARIATION/VERSION`` that hold a Gemma model."""
    for config in (kagglehub_cache() / "models").glob("*/*/*/*/*/config.json"):
        if not _fault(config.parent):
            yield config.parent


def _version(folder: Path) -> tuple[int, str]:
    return (int(folder.name) if folder.name.isdecimal() else -1), folder.name


def _model_in(folder: Path) -> AvailableModel:
    fault = _fault(folder)
    if fault:
        message = f"{folder}: {fault}. A folder that Keras wrote for a Gemma model is needed."
        raise ModelLoadError(message)
    return AvailableModel(folder.resolve().name, folder, Where.FOLDER)


def _fault(folder: Path) -> str:
    """Why a folder holds no model that can be run; empty when it does."""
    try:
        config = json.loads((folder / "config.json").read_bytes())
    except FileNotFoundError:
        return "there is no config.json in it"
    except OSError as error:
        return f"config.json cannot be read: {error.strerror}"
    except ValueError:
        return "config.json is not JSON"
    kind = config.get("class_name") if isinstance(config, dict) else None
    if kind not in _GEMMA_BACKBONES:
        return f"config.json describes {kind or 'no Keras model'}, not a Gemma backbone"
    if not any(folder.glob("model*.weights.h5")):
        return "there are no weights in it (model.weights.h5)"
    return ""


def _unknown(wanted: str, known: list[str]) -> str:
    close = get_close_matches(wanted, known, n=1)
    guess = f" Did you mean {close[0]}?" if close else ""
    return (
        f"There is no model {wanted!r}, neither by name nor as a folder.{guess} "
        f"Can be used: {', '.join(known)}, or the path of a folder that Keras wrote for a Gemma model."
    )
