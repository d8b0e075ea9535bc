"""From a preset folder to a running engine.

Decisions:
- Keras says what a preset's layers are, on the JAX backend and without TensorFlow. The weights are read from its files
  without it where they lie as it writes them, and by it otherwise (``preset_weights``). Its model is let go then.
- The files are fetched from the disk while Keras is imported.
- A model that does not fit into memory is refused before anything of it is read.
- On a CPU the number format is float32, because 16-bit arithmetic is several times slower there. On an accelerator it
  is bfloat16 for a model that was saved in it, float32 for others.
- An accelerator's memory is taken as it is needed, not three quarters of it at the start.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prompt_salience.engine.compilation_cache import keep_compiled_code
from prompt_salience.engine.no_tensorflow import without_tensorflow
from prompt_salience.engine.preset import TOKENIZER, Preset, read_preset
from prompt_salience.engine.weight_files import read_ahead
from prompt_salience.engine_client.protocol import ModelInfo, ModelLoadError, Progress, no_progress

if TYPE_CHECKING:
    from prompt_salience.engine.config import DecoderConfig
    from prompt_salience.engine.forward import Decoder
    from prompt_salience.engine.gemma_engine import GemmaEngine
    from prompt_salience.engine.tokenizer import Tokenizer
    from prompt_salience.engine.weights import DecoderWeights

_HUNDRED = 100
_DTYPES = ("float32", "bfloat16", "float16")


def load_engine(
    path: str | Path, *, name: str | None = None, dtype: str | None = None, progress: Progress = no_progress
) -> GemmaEngine:
    """Load the model in a Keras preset folder.

    Args:
        path: the folder.
        name: what to call the model; otherwise as its folder.
        dtype: the number format, ``float32``, ``bfloat16`` or ``float16``; otherwise the best for the device.
        progress: called with ``loading`` and the per cent that are read, every few megabytes; may raise to cancel.

    Raises:
        ModelLoadError: the model is not there, damaged, of a kind that cannot be run, or too large for the memory.
    """
    info, model, tokenizer = load_parts(path, name=name, dtype=dtype, progress=progress)
    from prompt_salience.engine.gemma_engine import GemmaEngine

    return GemmaEngine(info, model, tokenizer)


def load_parts(
    path: str | Path, *, name: str | None = None, dtype: str | None = None, progress: Progress = no_progress
) -> tuple[ModelInfo, Decoder, Tokenizer]:
    """What ``load_engine`` makes an engine of, which keeps them to itself.

    Raises:
        ModelLoadError: as there.
    """
    if dtype is not None and dtype not in _DTYPES:
        message = f"The number format {dtype} is not one of {', '.join(_DTYPES)}."
        raise ModelLoadError(message)
    progress("loading", 0, _HUNDRED)
    preset = read_preset(Path(path).expanduser(), name)
    read_ahead(preset.weight_files)
    prepare_backend()
    progress("loading", 0, _HUNDRED)
    tokenizer = _read_tokenizer(preset)
    number_format = dtype or _best_dtype(preset)
    model = _read_model(preset, number_format, progress)
    _check_vocabulary(preset, tokenizer, model)
    return _info(preset, number_format, model), model, tokenizer


def _info(preset: Preset, dtype: str, model: Decoder) -> ModelInfo:
    from prompt_salience.engine.weights import parameter_count

    return ModelInfo(
        name=preset.name,
        family=preset.family,
        parameters=parameter_count(model.weights),
        dtype=dtype,
        context_length=preset.context_length,
        path=str(preset.folder),
        instruction_tuned=preset.instruction_tuned,
    )


def prepare_backend() -> None:
    """Import Keras on JAX, without TensorFlow, with compiled code kept between starts.

    Raises:
        ModelLoadError: Keras is not installed as it should be, or was imported before on another backend.
    """
    os.environ["KERAS_BACKEND"] = "jax"
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    keras = _import_keras()
    if keras.backend.backend() != "jax":
        message = (
            f"Keras already runs on {keras.backend.backend()} in this process. Load the engine before anything that "
            "imports Keras, or set KERAS_BACKEND=jax."
        )
        raise ModelLoadError(message)
    keep_compiled_code()


def _import_keras() -> Any:
    try:
        with without_tensorflow():
            import keras
            import keras_nlp  # noqa: F401 - registers the classes that presets name.
    except ImportError as error:
        message = f"Keras cannot be imported: {error}. Install prompt-salience and what it needs again."
        raise ModelLoadError(message) from error
    return keras


def _read_tokenizer(preset: Preset) -> Tokenizer:
    from prompt_salience.engine.tokenizer import Tokenizer

    try:
        return Tokenizer.read(preset.folder / TOKENIZER)
    except (RuntimeError, OSError) as error:
        message = f"The tokenizer in {preset.folder / TOKENIZER} is damaged. Download the model again."
        raise ModelLoadError(message) from error


def _best_dtype(preset: Preset) -> str:
    import jax

    saved: Any = preset.backbone_config.get("dtype") or {}
    name = saved if isinstance(saved, str) else saved.get("config", {}).get("name")
    return "bfloat16" if jax.default_backend() != "cpu" and name == "bfloat16" else "float32"


def _read_model(preset: Preset, dtype: str, progress: Progress) -> Decoder:
    """Read config and weights, and name what Keras stumbles over."""
    try:
        return _decoder(preset, dtype, progress)
    except MemoryError as error:
        raise ModelLoadError(_out_of_memory(preset)) from error
    except (RuntimeError, ValueError, OSError, KeyError, TypeError) as error:
        if "RESOURCE_EXHAUSTED" in str(error):
            raise ModelLoadError(_out_of_memory(preset)) from error
        message = f"The model in {preset.folder} does not fit its configuration: {error}"
        raise ModelLoadError(message) from error


def _out_of_memory(preset: Preset) -> str:
    return f"There is not enough memory to load {preset.name}. Close other programs, or choose a smaller model."


def _decoder(preset: Preset, dtype: str, progress: Progress) -> Decoder:
    from prompt_salience.engine.forward import decoder
    from prompt_salience.engine.keras_layers import block_layers, decoder_config
    from prompt_salience.engine.keras_structure import sample_backbone, whole_config
    from prompt_salience.engine.preset_weights import read_weights
    from prompt_salience.engine.weights import check_shapes

    sample = sample_backbone(preset.architecture, preset.backbone_config, dtype)
    sampled = decoder_config(sample, preset.family, preset.context_length)
    config = whole_config(sampled, preset.backbone_config["num_layers"])
    _check_memory(preset, config, dtype)
    names = block_layers(sample.transformer_layers[0])
    weights = read_weights(preset, names, config, dtype, progress) or _read_by_keras(preset, dtype)
    check_shapes(config, weights)
    return decoder(config, weights)


def _check_memory(preset: Preset, config: DecoderConfig, dtype: str) -> None:
    import jax

    from prompt_salience.engine.fitting import check_fits
    from prompt_salience.engine.free_memory import device_memory

    check_fits(preset.name, config, dtype, device_memory(), accelerator=jax.default_backend() != "cpu")


def _read_by_keras(preset: Preset, dtype: str) -> DecoderWeights:
    from prompt_salience.engine.keras_layers import decoder_weights
    from prompt_salience.engine.keras_structure import backbone_without_weights

    backbone = backbone_without_weights(preset.folder, dtype)
    with without_tensorflow():
        backbone.load_weights(str(preset.weights))
    return decoder_weights(backbone)


def _check_vocabulary(preset: Preset, tokenizer: Tokenizer, model: Decoder) -> None:
    if tokenizer.vocabulary_size > model.config.vocabulary_size:
        message = (
            f"The tokenizer in {preset.folder} has {tokenizer.vocabulary_size:,} tokens, and the model only "
            f"{model.config.vocabulary_size:,}: they do not belong together. Download the model again."
        )
        raise ModelLoadError(message)
