"""Tiny random models as Hugging Face keeps them, and keras-hub's own reading of them.

Decisions:
- The files are written here from what their format says; nothing of the engine takes part. Shapes and spreads are those
  of the presets, so that no mix-up of two widths can pass.
- keras-hub converts such folders by itself, and is what ours is compared with. It reads the files with the package
  safetensors, which is not among those that this project installs. Where it is missing, ``_Opened`` stands in its place
  with the two methods that keras-hub calls.
"""

from __future__ import annotations

import json
import sys
import zlib
from pathlib import Path
from types import ModuleType
from typing import Any, Self

import ml_dtypes
import numpy as np
from numpy.typing import NDArray
from presets import SHAPES, SLIDING_WINDOW, VOCABULARY_SIZE, Family, Shape, tokenizer_proto

KINDS = {"F32": np.dtype(np.float32), "F16": np.dtype(np.float16), "BF16": np.dtype(ml_dtypes.bfloat16)}
FAMILIES = {
    "gemma": Family.GEMMA,
    "gemma2": Family.GEMMA_2,
    "gemma3_text": Family.GEMMA_3,
    "gemma3": Family.GEMMA_3,
}
_MORE: dict[Family, dict[str, Any]] = {
    Family.GEMMA: {"hidden_act": "gelu"},
    Family.GEMMA_2: {
        "hidden_act": "gelu_pytorch_tanh",
        "query_pre_attn_scalar": 8,
        "sliding_window": SLIDING_WINDOW,
        "attn_logit_softcapping": 50.0,
        "final_logit_softcapping": 30.0,
    },
    Family.GEMMA_3: {
        "query_pre_attn_scalar": 10,
        "sliding_window": SLIDING_WINDOW,
        "rope_theta": 1_000_000.0,
        "rope_local_base_freq": 10_000.0,
        "rope_scaling": {"factor": 8.0, "rope_type": "linear"},
    },
}
VISION = {
    "image_size": 32,
    "patch_size": 8,
    "num_attention_heads": 2,
    "hidden_size": 8,
    "num_hidden_layers": 1,
    "intermediate_size": 12,
}


def text_config(model_type: str, **changes: Any) -> dict[str, Any]:
    """What ``config.json`` says of a text model."""
    family = FAMILIES[model_type]
    shape = SHAPES[family]
    return {
        "model_type": model_type,
        "vocab_size": VOCABULARY_SIZE,
        "num_hidden_layers": shape.num_layers,
        "num_attention_heads": shape.num_query_heads,
        "num_key_value_heads": shape.num_key_value_heads,
        "hidden_size": shape.hidden_dim,
        "intermediate_size": _feedforward(family, shape),
        "head_dim": shape.head_dim,
        "max_position_embeddings": 4_096,
        "architectures": ["ForCausalLM"],
        **_MORE[family],
        **changes,
    }


def _feedforward(family: Family, shape: Shape) -> int:
    """Keras counts gate and other half of Gemma 1 and 2 together."""
    return shape.intermediate_dim if family is Family.GEMMA_3 else shape.intermediate_dim // 2


def write_folder(
    folder: Path, model_type: str, *, kind: str = "F32", shards: int = 1, prefix: str = "model.", **changes: Any
) -> Path:
    """Write a folder with a random model, and return it; ``changes`` are of its configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    text = text_config(model_type, **changes)
    tensors = text_tensors(text, prefix)
    config = text
    if model_type == "gemma3":
        config = {"model_type": model_type, "architectures": ["Both"], "text_config": text, "vision_config": VISION}
        tensors |= _vision_tensors(text["hidden_size"])
    write_json(folder / "config.json", config)
    write_json(folder / "generation_config.json", {"eos_token_id": [1, 9]})
    write_weights(folder, {name: numbers.astype(KINDS[kind]) for name, numbers in tensors.items()}, shards)
    (folder / "tokenizer.model").write_bytes(tokenizer_proto())
    return folder


def write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value))


def text_tensors(config: dict[str, Any], prefix: str) -> dict[str, NDArray[np.float32]]:
    """The tensors of a text model by name, in the shapes that Hugging Face's own classes give them."""
    hidden, feedforward, head = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    queries, keys = config["num_attention_heads"] * head, config["num_key_value_heads"] * head
    shapes: dict[str, tuple[int, ...]] = {"embed_tokens": (config["vocab_size"], hidden), "norm": (hidden,)}
    of_layer: dict[str, tuple[int, ...]] = {
        "input_layernorm": (hidden,),
        "post_attention_layernorm": (hidden,),
        "self_attn.q_proj": (queries, hidden),
        "self_attn.k_proj": (keys, hidden),
        "self_attn.v_proj": (keys, hidden),
        "self_attn.o_proj": (hidden, queries),
        "mlp.gate_proj": (feedforward, hidden),
        "mlp.up_proj": (feedforward, hidden),
        "mlp.down_proj": (hidden, feedforward),
    }
    if config["model_type"] != "gemma":
        of_layer |= {"pre_feedforward_layernorm": (hidden,), "post_feedforward_layernorm": (hidden,)}
    if config["model_type"].startswith("gemma3"):
        of_layer |= {"self_attn.q_norm": (head,), "self_attn.k_norm": (head,)}
    for layer in range(config["num_hidden_layers"]):
        shapes |= {f"layers.{layer}.{name}": shape for name, shape in of_layer.items()}
    return {f"{prefix}{name}.weight": _draw(name, shape) for name, shape in shapes.items()}


def _draw(name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    drawn = np.random.default_rng(zlib.crc32(name.encode())).standard_normal(shape)
    mean, spread = _mean_and_spread(name, shape)
    return (mean + spread * drawn).astype(np.float32)


def _mean_and_spread(name: str, shape: tuple[int, ...]) -> tuple[float, float]:
    if name.endswith(("q_norm", "k_norm")):
        return 0.7, 0.3
    if name.endswith("norm"):
        return 0.0, 0.3
    if name == "embed_tokens":
        return 0.0, 6.0 / np.sqrt(shape[1])
    return 0.0, (2.0 if name.endswith(("q_proj", "k_proj")) else 1.0) / np.sqrt(shape[1])


def _vision_tensors(output: int) -> dict[str, NDArray[np.float32]]:
    """Those of the part that reads pictures: keras-hub wants them, and the engine does not."""
    hidden, between, patch = VISION["hidden_size"], VISION["intermediate_size"], VISION["patch_size"]
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.patch_embedding.weight": (hidden, 3, patch, patch),
        "embeddings.patch_embedding.bias": (hidden,),
        "embeddings.position_embedding.weight": ((VISION["image_size"] // patch) ** 2, hidden),
        "post_layernorm.weight": (hidden,),
        "post_layernorm.bias": (hidden,),
    }
    for name, out, inside in (
        *((f"self_attn.{which}_proj", hidden, hidden) for which in ("q", "k", "v", "out")),
        ("mlp.fc1", between, hidden),
        ("mlp.fc2", hidden, between),
    ):
        shapes |= {f"encoder.layers.0.{name}.weight": (out, inside), f"encoder.layers.0.{name}.bias": (out,)}
    for name in ("layer_norm1", "layer_norm2"):
        shapes |= {f"encoder.layers.0.{name}.{part}": (hidden,) for part in ("weight", "bias")}
    projector = "multi_modal_projector.mm_"
    of_projector = {
        f"{projector}soft_emb_norm.weight": (hidden,),
        f"{projector}input_projection_weight": (hidden, output),
    }
    named = {f"vision_tower.vision_model.{name}": shape for name, shape in shapes.items()} | of_projector
    return {name: np.full(shape, 0.1, np.float32) for name, shape in named.items()}


def write_weights(folder: Path, tensors: dict[str, NDArray[Any]], shards: int = 1) -> None:
    """Write tensors into one file, or into several and a list of them."""
    if shards == 1:
        write_safetensors(folder / "model.safetensors", tensors)
        return
    files = [f"model-{number:05}-of-{shards:05}.safetensors" for number in range(1, shards + 1)]
    listed = {name: files[at % shards] for at, name in enumerate(tensors)}
    for file in files:
        write_safetensors(folder / file, {name: tensors[name] for name in tensors if listed[name] == file})
    write_json(folder / "model.safetensors.index.json", {"metadata": {}, "weight_map": listed})


def write_safetensors(path: Path, tensors: dict[str, NDArray[Any]]) -> None:
    """Write one file: the length of the header, the header, the numbers."""
    named = {dtype: kind for kind, dtype in KINDS.items()}
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, numbers in tensors.items():
        start, end = end, end + numbers.nbytes
        header[name] = {"dtype": named[numbers.dtype], "shape": list(numbers.shape), "data_offsets": [start, end]}
    written = json.dumps(header).encode()
    written += b" " * (-len(written) % 8)
    data = b"".join(numbers.tobytes() for numbers in tensors.values())
    path.write_bytes(len(written).to_bytes(8, "little") + written + data)


class _Opened:
    """What keras-hub uses of ``safetensors.safe_open``."""

    def __init__(self, path: str, **_framework: str) -> None:
        written = Path(path).read_bytes()
        length = int.from_bytes(written[:8], "little")
        self._header = json.loads(written[8 : 8 + length])
        self._data = written[8 + length :]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def keys(self) -> list[str]:
        return [name for name in self._header if name != "__metadata__"]

    def get_tensor(self, name: str) -> NDArray[Any]:
        entry = self._header[name]
        start, end = entry["data_offsets"]
        return np.frombuffer(self._data[start:end], KINDS[entry["dtype"]]).reshape(entry["shape"])


def _let_keras_read() -> None:
    """See to a package ``safetensors``: that which is installed, or what stands for it from now on."""
    try:
        import safetensors  # noqa: F401 - only to see whether it is there.
    except ImportError:
        standing_in = ModuleType("safetensors")
        standing_in.safe_open = _Opened
        sys.modules["safetensors"] = standing_in


def keras_backbone(folder: Path, dtype: str = "float32") -> Any:
    """The model in a folder as keras-hub reads it."""
    from prompt_salience.engine.backend import prepare_backend
    from prompt_salience.engine.no_tensorflow import without_tensorflow

    prepare_backend()
    _let_keras_read()
    with without_tensorflow():
        import keras_nlp

        return keras_nlp.models.Backbone.from_preset(str(folder), dtype=dtype)
