"""Which models can be used, and where they are: found by looking at folders, without loading anything.

Decisions:
- A model is a folder that Keras wrote or that came from Hugging Face: ``config.json`` of a Gemma, and its weights in
  one file or in shards.
- Four places: the model that comes with the package, what kagglehub has downloaded, what Hugging Face's own programs
  have, and any folder named by its path. Nothing is ever downloaded from here, and nobody is asked.
- A downloaded model goes by its variation, such as ``gemma2_2b_en``; of several versions the newest counts, and
  where two owners use one variation, the second goes by its whole handle.
- What is on this machine comes before what could be downloaded, and a folder before any other meaning of its name.
- A model from Hugging Face goes by ``hf://OWNER/NAME``; only of its main revision is it told that it is there.
- ``NAME:PATH`` calls the model in a folder by a name of the user's own, of two characters or more, so that the letter
  of a drive is none. ``NAME:hf://OWNER/NAME`` does so with a model from Hugging Face.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path

from prompt_salience.embedded import embedded_model_path
from prompt_salience.engine_client.folder_faults import folder_fault
from prompt_salience.engine_client.hugging_face_cache import hugging_face_cache, snapshot, snapshots
from prompt_salience.engine_client.hugging_face_name import SCHEME as HUGGING_FACE
from prompt_salience.engine_client.hugging_face_name import HuggingFaceName, hugging_face_name, parsed_name
from prompt_salience.engine_client.kaggle_cache import (
    is_broken_off,
    is_complete,
    models_cache,
    version_folders,
    version_order,
)
from prompt_salience.engine_client.kaggle_handle import SCHEME, KaggleHandle, kaggle_handle, parsed_handle
from prompt_salience.engine_client.known_presets import known_presets
from prompt_salience.engine_client.missing_models import NotDownloadedError
from prompt_salience.engine_client.protocol import ModelLoadError

DEFAULT_MODEL = "menu-judge"
_PAIR = re.compile(r"(?P<name>\w[\w.-]+):(?P<path>(?!//).+)", re.DOTALL)


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
    """The embedded model, then every Gemma model in kagglehub's cache by name, then those in that of Hugging Face."""
    embedded = AvailableModel(DEFAULT_MODEL, embedded_model_path(), Where.EMBEDDED)
    return embedded, *_downloaded_models(), *_hugging_face_models()


def find_model(wanted: str) -> AvailableModel:
    """The model that goes by a name, a handle of Kaggle's or a name of Hugging Face's, or lies in a folder.

    Raises:
        NotDownloadedError: it is not on this machine, and could be downloaded.
        ModelLoadError: there is no such model, or the folder holds none; the message says what can be used.
    """
    known = {model.name: model for model in available_models()}
    if wanted in known:
        return known[wanted]
    if wanted.startswith(SCHEME):
        return _on_kaggle(wanted, kaggle_handle(wanted))
    if wanted.startswith(HUGGING_FACE):
        return _on_hugging_face(hugging_face_name(wanted))
    return _in_folder(wanted) or _preset(wanted) or _named_folder(wanted, list(known))


def downloadable(wanted: str) -> KaggleHandle:
    """What Kaggle calls a model that can be downloaded.

    Raises:
        ModelLoadError: it is no name of a model there.
    """
    preset = known_presets().get(wanted)
    if preset is not None:
        return preset.handle
    if wanted.startswith(SCHEME):
        return kaggle_handle(wanted)
    if wanted.startswith(HUGGING_FACE):
        name = hugging_face_name(wanted)
        message = f"{name} is on Hugging Face, whose own command downloads it: {name.download_command}"
        raise ModelLoadError(message)
    close = get_close_matches(wanted, known_presets(), n=1)
    guess = f" Did you mean {close[0]}?" if close else ""
    message = (
        f"{wanted!r} names no model that can be downloaded.{guess} It has to be a Gemma preset of keras-hub, such as "
        f"gemma3_instruct_270m, or {SCHEME}OWNER/MODEL/keras/VARIATION."
    )
    raise ModelLoadError(message)


def model_title(wanted: str) -> str:
    """What to call a model that is asked for so, in few words."""
    pair = _PAIR.fullmatch(wanted)
    if pair:
        return pair["name"]
    handle = parsed_handle(wanted) if wanted.startswith(SCHEME) else None
    if handle:
        return handle.variation
    name = parsed_name(wanted) if wanted.startswith(HUGGING_FACE) else None
    return Path(name.repository if name else wanted).name or wanted


def _in_folder(wanted: str) -> AvailableModel | None:
    folder = Path(wanted).expanduser()
    return _model_in(folder, folder.resolve().name) if folder.is_dir() else None


def _preset(wanted: str) -> AvailableModel | None:
    preset = known_presets().get(wanted)
    return _on_kaggle(wanted, preset.handle) if preset else None


def _on_kaggle(wanted: str, handle: KaggleHandle) -> AvailableModel:
    folders = list(version_folders(handle))
    whole = next((folder for folder in folders if not is_broken_off(folder) and not folder_fault(folder)), None)
    if whole:
        return AvailableModel(handle.variation, whole, Where.DOWNLOADED)
    complete = next(filter(is_complete, folders), None)
    if complete:
        raise ModelLoadError(_no_model(complete))
    raise NotDownloadedError(wanted, handle, broken_off=bool(folders))


def _named_folder(wanted: str, known: list[str]) -> AvailableModel:
    pair = _PAIR.fullmatch(wanted)
    if pair is None:
        raise ModelLoadError(_unknown(wanted, known))
    if pair["path"].startswith(HUGGING_FACE):
        return replace(_on_hugging_face(hugging_face_name(pair["path"])), name=pair["name"])
    folder = Path(pair["path"]).expanduser()
    if not folder.is_dir():
        message = f"There is no folder {folder}, which is to be the model {pair['name']}. Check the path."
        raise ModelLoadError(message)
    return _model_in(folder, pair["name"])


def _downloaded_models() -> tuple[AvailableModel, ...]:
    newest: dict[Path, Path] = {}
    for folder in sorted(_cached_presets(), key=version_order):
        newest[folder.parent] = folder
    found: dict[str, Path] = {}
    for variation, folder in sorted(newest.items()):
        handle = variation.relative_to(models_cache()).as_posix()
        found[handle if variation.name in found else variation.name] = folder
    return tuple(AvailableModel(name, folder, Where.DOWNLOADED) for name, folder in sorted(found.items()))


def _hugging_face_models() -> Iterator[AvailableModel]:
    for name, folder in snapshots():
        if not folder_fault(folder):
            yield AvailableModel(str(name), folder, Where.DOWNLOADED)


def _on_hugging_face(name: HuggingFaceName) -> AvailableModel:
    folder = snapshot(name)
    if folder is None:
        message = (
            f"{name} is not in the cache of Hugging Face on this machine ({hugging_face_cache()}). To download it: "
            f"{name.download_command} (its licence may have to be accepted at {name.page} first). A folder with its "
            "files can be named by its path."
        )
        raise ModelLoadError(message)
    fault = folder_fault(folder)
    if fault:
        message = f"{name} cannot be used as it is in {folder}: {fault}. To get all of it: {name.download_command}"
        raise ModelLoadError(message)
    return AvailableModel(str(name), folder, Where.DOWNLOADED)


def _cached_presets() -> Iterator[Path]:
    """Folders ``models/OWNER/MODEL/FRAMEWORK/VARIATION/VERSION`` that hold a Gemma model."""
    for config in models_cache().glob("*/*/*/*/*/config.json"):
        if not is_broken_off(config.parent) and not folder_fault(config.parent):
            yield config.parent


def _model_in(folder: Path, name: str) -> AvailableModel:
    if folder_fault(folder):
        raise ModelLoadError(_no_model(folder))
    return AvailableModel(name, folder, Where.FOLDER)


def _no_model(folder: Path) -> str:
    advice = "Download the model again, or choose a Gemma that Keras or Hugging Face wrote."
    return f"{folder}: {folder_fault(folder)}. {advice}"


def _unknown(wanted: str, known: list[str]) -> str:
    close = get_close_matches(wanted, [*known, *known_presets()], n=1)
    guess = f" Did you mean {close[0]}?" if close else ""
    return (
        f"There is no model {wanted!r}, neither by name nor as a folder.{guess} "
        f"Can be used: {', '.join(known)}, or the path of a folder with a Gemma model. "
        "Can be downloaded: the Gemma presets of keras-hub, such as gemma3_instruct_270m."
    )
