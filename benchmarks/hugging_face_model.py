"""A Gemma of full size with random numbers, as Hugging Face keeps it: written in pieces, never whole in memory."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np

from prompt_salience.embedded import embedded_model_path
from prompt_salience.engine.hugging_face_architectures import HUGGING_FACE_ARCHITECTURES
from prompt_salience.engine.hugging_face_config import decoder_config, text_config
from prompt_salience.engine.preset import TOKENIZER
from prompt_salience.engine.weights import block_shapes

CONFIGS: dict[str, dict[str, Any]] = {
    "gemma3-270m": {
        "model_type": "gemma3_text",
        "vocab_size": 262_144,
        "num_hidden_layers": 18,
        "num_attention_heads": 4,
        "num_key_value_heads": 1,
        "hidden_size": 640,
        "intermediate_size": 2_048,
        "sliding_window": 512,
    },
    "gemma2-2b": {"model_type": "gemma2"},
}
_KINDS: dict[str, tuple[str, np.dtype[Any]]] = {
    "float32": ("F32", np.dtype(np.float32)),
    "bfloat16": ("BF16", np.dtype(ml_dtypes.bfloat16)),
}
_PIECE = 4 * 1024 * 1024


def write_model(folder: Path, shape: str, dtype: str) -> None:
    """Write a folder with a model of a shape; its tokenizer is that of the embedded model."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(CONFIGS[shape]))
    (folder / "tokenizer.model").write_bytes((embedded_model_path() / TOKENIZER).read_bytes())
    _write_tensors(folder / "model.safetensors", _shapes(CONFIGS[shape]), dtype)


def _shapes(described: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """The shapes of all tensors by name: matrices are the transposes of the engine's."""
    architecture = HUGGING_FACE_ARCHITECTURES[described["model_type"]]
    config = decoder_config(architecture, text_config(architecture, described), None)
    of_block = block_shapes(config)
    shapes: dict[str, tuple[int, ...]] = {
        "model.embed_tokens.weight": (config.vocabulary_size, config.hidden_dim),
        "model.norm.weight": (config.hidden_dim,),
    }
    for layer in range(len(config.layers)):
        for weight, place in architecture.places.items():
            shapes[f"model.layers.{layer}.{place}.weight"] = of_block[weight][::-1]
    return shapes


def _write_tensors(path: Path, shapes: dict[str, tuple[int, ...]], dtype: str) -> None:
    kind, stored = _KINDS[dtype]
    header, end = {}, 0
    for name, shape in shapes.items():
        start, end = end, end + math.prod(shape) * stored.itemsize
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [start, end]}
    written = json.dumps(header).encode()
    piece = (0.02 * np.random.default_rng(0).standard_normal(_PIECE)).astype(stored).tobytes()
    with path.open("wb") as file:
        file.write(len(written).to_bytes(8, "little") + written)
        for at in range(0, end, len(piece)):
            file.write(piece[: end - at])
