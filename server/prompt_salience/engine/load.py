"""From a folder with a model to a running engine.

Decisions:
- What a folder holds is for its own kind to say (``model_folder``); all kinds are loaded in the same steps.
- The files are fetched from the disk while what reads them is imported.
- A model that does not fit into memory is refused before anything of it is read.
- On a CPU the number format is float32, because 16-bit arithmetic is several times slower there. On an accelerator it
  is bfloat16 for a model that was saved in it, float32 for others.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prompt_salience.engine.folder_kinds import read_model_folder
from prompt_salience.engine.stored_arrays import read_ahead
from prompt_salience.engine_client.protocol import ModelInfo, ModelLoadError, Progress, no_progress

if TYPE_CHECKING:
    from prompt_salience.engine.forward import Decoder
    from prompt_salience.engine.gemma_engine import GemmaEngine
    from prompt_salience.engine.model_folder import ModelFolder
    from prompt_salience.engine.tokenizer import Tokenizer

_HUNDRED = 100
_DTYPES = ("float32", "bfloat16", "float16")


def load_engine(
    path: str | Path,
    *,
    name: str | None = None,
    dtype: str | None = None,
    devices: int | None = None,
    progress: Progress = no_progress,
) -> GemmaEngine:
    """Load the model in a folder.

    Args:
        path: the folder: a Keras preset, or what Hugging Face keeps of a model.
        name: what to call the model; otherwise as its folder.
        dtype: the number format, ``float32``, ``bfloat16`` or ``float16``; otherwise the best for the device.
        devices: on how many devices to lay it; otherwise on what ``device_choice`` says.
        progress: called with ``loading`` and the per cent that are read, every few megabytes; may raise to cancel.

    Raises:
        ModelLoadError: the model is not there, damaged, of a kind that cannot be run, or too large for the memory.
    """
    info, model, tokenizer = load_parts(path, name=name, dtype=dtype, devices=devices, progress=progress)
    from prompt_salience.engine.gemma_engine import GemmaEngine

    return GemmaEngine(info, model, tokenizer)


def load_parts(
    path: str | Path,
    *,
    name: str | None = None,
    dtype: str | None = None,
    devices: int | None = None,
    progress: Progress = no_progress,
) -> tuple[ModelInfo, Decoder, Tokenizer]:
    """What ``load_engine`` makes an engine of, which keeps them to itself.

    Raises:
        ModelLoadError: as there.
    """
    if dtype is not None and dtype not in _DTYPES:
        message = f"The number format {dtype} is not one of {', '.join(_DTYPES)}."
        raise ModelLoadError(message)
    progress("loading", 0, _HUNDRED)
    found = read_model_folder(Path(path).expanduser(), name)
    read_ahead(found.weight_files)
    found.prepare()
    progress("loading", 0, _HUNDRED)
    tokenizer = _read_tokenizer(found)
    number_format = dtype or _best_dtype(found)
    model = _read_model(found, number_format, devices, progress)
    _check_vocabulary(found, tokenizer, model)
    return _info(found, number_format, model), model, tokenizer


def _info(found: ModelFolder, dtype: str, model: Decoder) -> ModelInfo:
    from prompt_salience.engine.placement import device_count
    from prompt_salience.engine.weights import parameter_count

    return ModelInfo(
        name=found.name,
        family=found.family,
        parameters=parameter_count(model.weights),
        dtype=dtype,
        context_length=found.context_length,
        path=str(found.folder),
        instruction_tuned=found.instruction_tuned,
        devices=device_count(model.config),
    )


def _read_tokenizer(found: ModelFolder) -> Tokenizer:
    from prompt_salience.engine.tokenizer import Tokenizer

    try:
        return Tokenizer.read(found.tokenizer, found.stop_ids)
    except (RuntimeError, OSError) as error:
        message = f"The tokenizer in {found.tokenizer} is damaged. Download the model again."
        raise ModelLoadError(message) from error


def _best_dtype(found: ModelFolder) -> str:
    import jax

    return "bfloat16" if jax.default_backend() != "cpu" and found.saved_dtype == "bfloat16" else "float32"


def _read_model(found: ModelFolder, dtype: str, devices: int | None, progress: Progress) -> Decoder:
    """Read config and weights, and name what cannot be read."""
    try:
        return _decoder(found, dtype, devices, progress)
    except MemoryError as error:
        raise ModelLoadError(_out_of_memory(found)) from error
    except (RuntimeError, ValueError, OSError, KeyError, TypeError) as error:
        if "RESOURCE_EXHAUSTED" in str(error):
            raise ModelLoadError(_out_of_memory(found)) from error
        message = f"The model in {found.folder} does not fit its configuration: {error}"
        raise ModelLoadError(message) from error


def _out_of_memory(found: ModelFolder) -> str:
    return f"There is not enough memory to load {found.name}. Close other programs, or choose a smaller model."


def _decoder(found: ModelFolder, dtype: str, devices: int | None, progress: Progress) -> Decoder:
    from prompt_salience.engine.device_choice import chosen_placement
    from prompt_salience.engine.forward import decoder
    from prompt_salience.engine.placement import on_devices
    from prompt_salience.engine.weights import check_shapes

    readable = found.readable(dtype)
    placement = chosen_placement(found.name, readable.config, dtype, devices)
    weights = readable.read(progress, placement)
    check_shapes(readable.config, weights)
    return decoder(on_devices(readable.config, placement.mesh), weights)


def _check_vocabulary(found: ModelFolder, tokenizer: Tokenizer, model: Decoder) -> None:
    if tokenizer.vocabulary_size > model.config.vocabulary_size:
        message = (
            f"The tokenizer in {found.folder} has {tokenizer.vocabulary_size:,} tokens, and the model only "
            f"{model.config.vocabulary_size:,}: they do not belong together. Download the model again."
        )
        raise ModelLoadError(message)
