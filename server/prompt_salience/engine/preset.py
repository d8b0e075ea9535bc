"""A Keras preset folder on disk: checked before anything heavy is imported, so that a fault is named in a moment.

Decisions:
- A folder may hold ``prompt_salience.json``, an object with any of ``name``, ``context_length`` and
  ``instruction_tuned``: what Keras presets have no place for. What it leaves out is worked out from the rest.
- Every weights file is opened, because a broken-off download leaves one that is too short.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prompt_salience.engine.architectures import ARCHITECTURES, SUPPORTED, Architecture
from prompt_salience.engine_client.protocol import ModelLoadError

CONFIG = "config.json"
WEIGHTS = "model.weights.h5"
SHARDS = "model.weights.json"
TOKENIZER = Path("assets", "tokenizer", "vocabulary.spm")
CARD = "prompt_salience.json"
_PLAIN = "DTypePolicy"
_AGAIN = "Download the model again, or choose another model."
_INSTRUCTION_TUNED = re.compile(r"(^|[-_/])(it|instruct)([-_/]|$)")


@dataclass(frozen=True)
class Preset:
    """A preset folder that looks whole.

    Attributes:
        folder: where it is.
        name: what to call the model.
        architecture: what is particular to its backbone.
        backbone_config: the keyword arguments of the Keras backbone.
        context_length: number of tokens the model reads.
        instruction_tuned: whether it was trained to answer in chat turns.
        weight_files: its weights, in one file or in shards.
    """

    folder: Path
    name: str
    architecture: Architecture
    backbone_config: dict[str, Any]
    context_length: int
    instruction_tuned: bool
    weight_files: tuple[Path, ...]

    @property
    def weights(self) -> Path:
        """The file that Keras is told to read the weights from: all of them, or the list of the shards."""
        shards = self.folder / SHARDS
        return shards if shards.is_file() else self.folder / WEIGHTS

    @property
    def family(self) -> str:
        """``gemma``, ``gemma2`` or ``gemma3``."""
        return self.architecture.family(self.backbone_config)


def read_preset(folder: Path, name: str | None = None) -> Preset:
    """Look through a preset folder.

    Raises:
        ModelLoadError: something is missing, damaged or not supported; the message says what, where and what to do.
    """
    if not folder.is_dir():
        message = f"There is no model folder at {folder}. Check the path, or choose another model."
        raise ModelLoadError(message)
    architecture, config = _architecture(folder)
    weight_files = _weight_files(folder)
    for path in weight_files:
        _check_h5(path)
    if not (folder / TOKENIZER).is_file():
        message = f"The model in {folder} has no tokenizer: {TOKENIZER} is missing. {_AGAIN}"
        raise ModelLoadError(message)
    card = _card(folder)
    return Preset(
        folder=folder,
        name=name or card.get("name") or _folder_name(folder),
        architecture=architecture,
        backbone_config=config,
        context_length=card.get("context_length", architecture.context_length(config)),
        instruction_tuned=bool(card.get("instruction_tuned", _INSTRUCTION_TUNED.search(_folder_name(folder)))),
        weight_files=weight_files,
    )


def _card(folder: Path) -> dict[str, Any]:
    path = folder / CARD
    card = _json_object(path) if path.is_file() else {}
    length = card.get("context_length", 1)
    if not isinstance(length, int) or length < 1:
        message = f"The context_length in {path} is {length!r}; it must be a number of tokens."
        raise ModelLoadError(message)
    return card


def _architecture(folder: Path) -> tuple[Architecture, dict[str, Any]]:
    if not (folder / CONFIG).is_file():
        message = f"{folder} is not a Keras preset: {CONFIG} is missing. {_AGAIN}"
        raise ModelLoadError(message)
    described = _json_object(folder / CONFIG)
    class_name = described.get("class_name", described.get("model_type", "nothing that it names"))
    architecture = ARCHITECTURES.get(class_name)
    if architecture is None:
        message = f"The model in {folder} is {class_name}, which cannot be run. Supported are {SUPPORTED}."
        raise ModelLoadError(message)
    config: dict[str, Any] = described.get("config", {})
    refusal = architecture.refusal(config) or _quantised(config)
    if refusal:
        message = f"The model in {folder} cannot be run. {refusal} Supported are {SUPPORTED}."
        raise ModelLoadError(message)
    return architecture, config


def _quantised(config: dict[str, Any]) -> str:
    """Why weights that Keras has quantised cannot be run, or an empty string."""
    saved = config.get("dtype")
    kind = saved.get("class_name", _PLAIN) if isinstance(saved, dict) else _PLAIN
    return "" if kind == _PLAIN else "Its weights are quantised, and only float32, bfloat16 and float16 are read."


def _json_object(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"{path} cannot be read: {error}. {_AGAIN}"
        raise ModelLoadError(message) from error
    if not isinstance(value, dict):
        message = f"{path} holds no JSON object. {_AGAIN}"
        raise ModelLoadError(message)
    return value


def _weight_files(folder: Path) -> tuple[Path, ...]:
    if not (folder / SHARDS).is_file():
        return (folder / WEIGHTS,)
    names = _json_object(folder / SHARDS).get("weight_map", {}).values()
    return tuple(folder / name for name in sorted({one for name in names for one in _as_list(name)}))


def _as_list(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


def _check_h5(path: Path) -> None:
    import h5py

    if not path.is_file():
        message = f"The model's weights are missing: there is no {path}. {_AGAIN}"
        raise ModelLoadError(message)
    try:
        h5py.File(path, "r").close()
    except OSError as error:
        message = (
            f"The model's weights in {path} are damaged ({error}). The download may have been broken off. {_AGAIN}"
        )
        raise ModelLoadError(message) from error


def _folder_name(folder: Path) -> str:
    """The folder's name; that of the folder above where it is only a version number."""
    resolved = folder.resolve()
    return resolved.parent.name if resolved.name.isdigit() else resolved.name
