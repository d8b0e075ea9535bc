"""A model's folder as Hugging Face keeps it: checked before anything heavy is imported.

Decisions:
- The headers of all weight files are read: they say what is in them, and whether a part of them is missing.
- Where neither card nor name says whether a model was trained to answer in chat turns, it is if it has a template for
  them.
- The tokenizer has to be there as a SentencePiece model, which says exactly what the tokens are and where they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_salience.engine.config import DecoderConfig
from prompt_salience.engine.hugging_face_architectures import HUGGING_FACE_ARCHITECTURES, HuggingFaceArchitecture
from prompt_salience.engine.hugging_face_config import decoder_config, refusal, text_config
from prompt_salience.engine.model_card import AGAIN, folder_name, json_object, model_card, tuned_by_name
from prompt_salience.engine.safetensors_file import SafetensorsError, StoredTensor, stored_tensors
from prompt_salience.engine_client.hugging_face_files import CONFIG, TOKENIZER, WEIGHTS, weight_files
from prompt_salience.engine_client.protocol import ModelLoadError

if TYPE_CHECKING:
    from prompt_salience.engine.model_folder import ReadableModel

SUPPORTED = "Gemma 1, Gemma 2 and Gemma 3 (model_type gemma, gemma2, gemma3 and gemma3_text)"
_GENERATION = "generation_config.json"
_TEMPLATES = ("chat_template.jinja", "chat_template.json")
_MALFORMED = (ValueError, TypeError, AttributeError, KeyError, ArithmeticError)


@dataclass(frozen=True)
class HuggingFaceFolder:
    """A folder that looks whole.

    Attributes:
        folder: where it is.
        name: what to call the model.
        architecture: what is particular to it.
        config: of the whole model.
        instruction_tuned: whether it was trained to answer in chat turns.
        weight_files: its weights, in one file or in shards.
        tensors: what is in them, by name.
        stop_ids: the tokens that end a response, as its configuration for generation says.
    """

    folder: Path
    name: str
    architecture: HuggingFaceArchitecture
    config: DecoderConfig
    instruction_tuned: bool
    weight_files: tuple[Path, ...]
    tensors: dict[str, StoredTensor]
    stop_ids: frozenset[int]

    @property
    def family(self) -> str:
        """``gemma``, ``gemma2`` or ``gemma3``."""
        return self.architecture.family

    @property
    def context_length(self) -> int:
        """The number of tokens that the model reads."""
        return self.config.context_length

    @property
    def saved_dtype(self) -> str | None:
        """The number format that most of its tensors are in."""
        kinds = [str(tensor.dtype) for tensor in self.tensors.values() if tensor.is_readable]
        return max(set(kinds), key=kinds.count, default=None)

    @property
    def tokenizer(self) -> Path:
        """Its SentencePiece model."""
        return self.folder / TOKENIZER

    def prepare(self) -> None:
        """Import JAX; Keras has no part in it."""
        from prompt_salience.engine.backend import prepare_jax

        prepare_jax()

    def readable(self, dtype: str) -> ReadableModel:
        """What the model is, to be read in a number format; after ``prepare``."""
        from prompt_salience.engine.hugging_face_weights import readable_model

        return readable_model(self, dtype)


def read_hugging_face_folder(folder: Path, name: str | None = None) -> HuggingFaceFolder:
    """Look through a folder whose ``config.json`` is one of Hugging Face's.

    Raises:
        ModelLoadError: something is missing, damaged or not supported; the message says what, where and what to do.
    """
    card = model_card(folder)
    architecture, config = _described(folder, card.context_length)
    files = _weight_files(folder)
    tensors = {name: tensor for path in files for name, tensor in _tensors(path).items()}
    _check_tokenizer(folder)
    told = card.instruction_tuned
    return HuggingFaceFolder(
        folder=folder,
        name=name or card.name or folder_name(folder),
        architecture=architecture,
        config=config,
        instruction_tuned=_instruction_tuned(folder) if told is None else told,
        weight_files=files,
        tensors=tensors,
        stop_ids=_stop_ids(folder),
    )


def _described(folder: Path, context_length: int | None) -> tuple[HuggingFaceArchitecture, DecoderConfig]:
    """What ``config.json`` says; the context length on the model's card comes first."""
    described = json_object(folder / CONFIG)
    architecture = HUGGING_FACE_ARCHITECTURES.get(described["model_type"])
    if architecture is None:
        message = f"The model in {folder} is {described['model_type']}, which cannot be run. Supported are {SUPPORTED}."
        raise ModelLoadError(message)
    try:
        config = text_config(architecture, described)
        refused = refusal(config)
        if not refused:
            return architecture, decoder_config(architecture, config, context_length)
    except _MALFORMED as error:
        message = f"{folder / CONFIG} does not describe a Gemma model: {error}. {AGAIN}"
        raise ModelLoadError(message) from error
    message = f"The model in {folder} cannot be run. {refused} Supported are {SUPPORTED}."
    raise ModelLoadError(message)


def _weight_files(folder: Path) -> tuple[Path, ...]:
    try:
        files = weight_files(folder)
    except (OSError, ValueError) as error:
        message = f"The list of the weights in {folder} cannot be read: {error}. {AGAIN}"
        raise ModelLoadError(message) from error
    missing = [path.name for path in files if not path.is_file()]
    if missing == [WEIGHTS]:
        message = f"The model's weights are missing: there is no {folder / WEIGHTS}. {_other_weights(folder)}"
        raise ModelLoadError(message)
    if missing:
        message = f"A part of the model's weights is missing from {folder}: {', '.join(missing)}. {AGAIN}"
        raise ModelLoadError(message)
    return files


def _other_weights(folder: Path) -> str:
    """What to do where there is no file of safetensors, but perhaps one in another format."""
    others = sorted(path.name for path in folder.iterdir() if path.suffix in {".bin", ".gguf", ".pth", ".npz"})
    if not others:
        return AGAIN
    return (
        f"{', '.join(others)} cannot be read in its place: get the model in the format safetensors, or choose another."
    )


def _tensors(path: Path) -> dict[str, StoredTensor]:
    try:
        return stored_tensors(path)
    except (OSError, SafetensorsError) as error:
        message = f"The model's weights in {path} are damaged: {error}. The download may have been broken off. {AGAIN}"
        raise ModelLoadError(message) from error


def _check_tokenizer(folder: Path) -> None:
    if (folder / TOKENIZER).is_file():
        return
    message = (
        f"The model in {folder} has no tokenizer: {TOKENIZER} is missing, the SentencePiece model that every Gemma "
        "comes with, and tokenizer.json cannot be read in its place. Download that file too, or copy it from the Gemma "
        "that the model was made from."
    )
    raise ModelLoadError(message)


def _instruction_tuned(folder: Path) -> bool:
    by_name = tuned_by_name(folder)
    return _has_template(folder) if by_name is None else by_name


def _has_template(folder: Path) -> bool:
    path = folder / "tokenizer_config.json"
    described = json_object(path) if path.is_file() else {}
    return bool(described.get("chat_template")) or any((folder / name).is_file() for name in _TEMPLATES)


def _stop_ids(folder: Path) -> frozenset[int]:
    path = folder / _GENERATION
    told = json_object(path).get("eos_token_id") if path.is_file() else None
    ids = told if isinstance(told, list) else [told]
    return frozenset(token_id for token_id in ids if isinstance(token_id, int))
