"""A Keras preset folder on disk: checked before anything heavy is imported, so that a fault is named in a moment.

Decisions:
- Every weights file is opened, because a broken-off download leaves one that is too short.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prompt_salience.engine.architectures import ARCHITECTURES, SUPPORTED, Architecture
from prompt_salience.engine.model_card import AGAIN, folder_name, json_object, model_card, tuned_by_name
from prompt_salience.engine_client.protocol import ModelLoadError

if TYPE_CHECKING:
    from prompt_salience.engine.model_folder import ReadableModel

CONFIG = "config.json"
WEIGHTS = "model.weights.h5"
SHARDS = "model.weights.json"
TOKENIZER = Path("assets", "tokenizer", "vocabulary.spm")
_PLAIN = "DTypePolicy"


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

    @property
    def saved_dtype(self) -> str | None:
        """The number format that Keras saved it in, as its configuration says."""
        saved: Any = self.backbone_config.get("dtype") or {}
        named: str | None = saved if isinstance(saved, str) else saved.get("config", {}).get("name")
        return named

    @property
    def tokenizer(self) -> Path:
        """Its SentencePiece model."""
        return self.folder / TOKENIZER

    @property
    def stop_ids(self) -> frozenset[int]:
        """None: a preset names no tokens that end a response, beside those that every Gemma tokenizer has."""
        return frozenset()

    def prepare(self) -> None:
        """Import Keras, which says what the preset's layers are.

        Raises:
            ModelLoadError: it is not installed as it should be.
        """
        from prompt_salience.engine.backend import prepare_backend

        prepare_backend()

    def readable(self, dtype: str) -> ReadableModel:
        """What the model is, to be read in a number format; after ``prepare``."""
        from prompt_salience.engine.keras_reading import readable_preset

        return readable_preset(self, dtype)


def read_preset(folder: Path, name: str | None = None) -> Preset:
    """Look through the folder of a preset.

    Raises:
        ModelLoadError: something is missing, damaged or not supported; the message says what, where and what to do.
    """
    architecture, config = _architecture(folder)
    weight_files = _weight_files(folder)
    for path in weight_files:
        _check_h5(path)
    if not (folder / TOKENIZER).is_file():
        message = f"The model in {folder} has no tokenizer: {TOKENIZER} is missing. {AGAIN}"
        raise ModelLoadError(message)
    card = model_card(folder)
    told = card.instruction_tuned
    return Preset(
        folder=folder,
        name=name or card.name or folder_name(folder),
        architecture=architecture,
        backbone_config=config,
        context_length=card.context_length or architecture.context_length(config),
        instruction_tuned=bool(tuned_by_name(folder)) if told is None else told,
        weight_files=weight_files,
    )


def _architecture(folder: Path) -> tuple[Architecture, dict[str, Any]]:
    if not (folder / CONFIG).is_file():
        message = f"There is no model in {folder}: {CONFIG} is missing. {AGAIN}"
        raise ModelLoadError(message)
    described = json_object(folder / CONFIG)
    class_name = described.get("class_name", "nothing that it names")
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


def _weight_files(folder: Path) -> tuple[Path, ...]:
    if not (folder / SHARDS).is_file():
        return (folder / WEIGHTS,)
    names = json_object(folder / SHARDS).get("weight_map", {}).values()
    return tuple(folder / name for name in sorted({one for name in names for one in _as_list(name)}))


def _as_list(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


def _check_h5(path: Path) -> None:
    import h5py

    if not path.is_file():
        message = f"The model's weights are missing: there is no {path}. {AGAIN}"
        raise ModelLoadError(message)
    try:
        h5py.File(path, "r").close()
    except OSError as error:
        message = f"The model's weights in {path} are damaged ({error}). The download may have been broken off. {AGAIN}"
        raise ModelLoadError(message) from error
