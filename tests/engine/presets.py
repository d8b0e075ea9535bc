"""Tiny random Keras presets: real folders that keras-hub wrote, of models that a test can run in milliseconds.

Decisions:
- Each family has what sets it apart: Gemma 2 its soft-caps, post norms, alternating windows and grouped queries,
  Gemma 3 its query and key norms and its two rotary embeddings, five local layers to a global one.
- The window is far shorter than a test's sequence, and no two widths are equal, so that no mix-up of them can pass.
- Weights are drawn variable by variable from a seed and the variable's path: the same on every Keras backend.
- Their spread makes attention choosy, logits large enough to feel the soft-cap, and no norm's scale zero.
- Gemma 3's preprocessor cannot be made without TensorFlow, so its entries are written by hand, to the letter as
  keras-hub writes them where TensorFlow is installed: published presets carry them, and loading must step around.
- This module needs Keras only inside its functions: whoever imports it chooses the backend.
- keras-hub 0.32 is the first that can be imported without TensorFlow.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import string
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

VOCABULARY_SIZE = 512
SLIDING_WINDOW = 7
TOKENIZER_TEXT = """\
Does the guest like the dish? The guest does not eat eggs, fish or peanuts.
Taste: sweet, sour and rich. Dish: a lemon tart with eggs, cream and sugar.
Analysis: it has eggs, which the guest cannot eat.
Recommendation: you should not try the lemon tart, but you may like the soup.
The quick brown fox jumps over the lazy dog; 0123456789 times it has done so.
"""


class Family(StrEnum):
    """The model families that can be run."""

    GEMMA = "gemma"
    GEMMA_2 = "gemma2"
    GEMMA_3 = "gemma3"


@dataclass(frozen=True)
class Shape:
    """The part of a backbone's configuration that families share, and the rest in ``more``."""

    num_layers: int
    num_query_heads: int
    num_key_value_heads: int
    hidden_dim: int
    intermediate_dim: int
    head_dim: int
    more: dict[str, Any] = field(default_factory=dict)

    def config(self) -> dict[str, Any]:
        """Keyword arguments of the Keras backbone."""
        shared = {name: value for name, value in vars(self).items() if name != "more"}
        return {"vocabulary_size": VOCABULARY_SIZE, **shared, **self.more}


_WINDOWED = {
    "use_post_ffw_norm": True,
    "use_post_attention_norm": True,
    "use_sliding_window_attention": True,
    "sliding_window_size": SLIDING_WINDOW,
}
SHAPES = {
    Family.GEMMA: Shape(2, 4, 1, 24, 80, 16),
    Family.GEMMA_2: Shape(
        4, 6, 2, 32, 112, 8, {**_WINDOWED, "attention_logit_soft_cap": 50.0, "final_logit_soft_cap": 30.0}
    ),
    Family.GEMMA_3: Shape(
        6, 4, 2, 24, 56, 10, {**_WINDOWED, "image_size": 32, "vision_encoder": None, "global_rope_scaling_factor": 8.0}
    ),
}


@cache
def tokenizer_proto() -> bytes:
    """A SentencePiece model like Gemma's: byte-pair merges, byte fallback, white space as it is."""
    import sentencepiece

    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TOKENIZER_TEXT.splitlines()),
        model_writer=written,
        model_type="bpe",
        vocab_size=VOCABULARY_SIZE,
        pad_id=0,
        eos_id=1,
        bos_id=2,
        unk_id=3,
        pad_piece="<pad>",
        eos_piece="<eos>",
        bos_piece="<bos>",
        unk_piece="<unk>",
        user_defined_symbols=["<start_of_turn>", "<end_of_turn>", "\n", "\n\n"],
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        add_dummy_prefix=False,
        required_chars=string.ascii_letters + string.digits + string.punctuation,
        num_threads=1,
        minloglevel=2,
    )
    return written.getvalue()


def write_preset(folder: Path, family: Family, seed: int = 0) -> Path:
    """Write a preset with random weights into ``folder``, and return it; the same seed gives the same weights."""
    _WRITERS[family](folder, SHAPES[family].config(), seed)
    return folder


def draw_weights(backbone: Any, seed: int) -> None:
    """Give every variable of a Keras backbone its random value."""
    for variable in backbone.weights:
        name = "/".join(variable.path.split("/")[-3:])
        variable.assign(_draw(name, tuple(variable.shape), seed))


def _draw(name: str, shape: tuple[int, ...], seed: int) -> NDArray[np.float32]:
    drawn = np.random.default_rng([seed, zlib.crc32(name.encode())]).standard_normal(shape)
    mean, spread = _mean_and_spread(name, shape)
    return (mean + spread * drawn).astype(np.float32)


def _mean_and_spread(name: str, shape: tuple[int, ...]) -> tuple[float, float]:
    if name.endswith(("query_norm/scale", "key_norm/scale")):
        return 0.7, 0.3
    if name.endswith("scale"):
        return 0.0, 0.3
    if name.endswith("embeddings"):
        return 0.0, 6.0 / np.sqrt(shape[1])
    if name.endswith(("query/kernel", "key/kernel")):
        return 0.0, 2.0 / np.sqrt(shape[1])
    fan_in = np.prod(shape[:-1]) if name.endswith("attention_output/kernel") else shape[-2]
    return 0.0, 1.0 / np.sqrt(fan_in)


def _write_gemma(folder: Path, config: dict[str, Any], seed: int) -> None:
    from keras_nlp import models

    backbone = models.GemmaBackbone(**config)
    draw_weights(backbone, seed)
    preprocessor = models.GemmaCausalLMPreprocessor(models.GemmaTokenizer(tokenizer_proto()))
    models.GemmaCausalLM(backbone, preprocessor).save_to_preset(str(folder))


def _write_gemma3(folder: Path, config: dict[str, Any], seed: int) -> None:
    from keras_nlp import models

    backbone = models.Gemma3Backbone(**config)
    draw_weights(backbone, seed)
    models.Gemma3CausalLM(None, backbone).save_to_preset(str(folder))
    models.Gemma3Tokenizer(tokenizer_proto(), has_vision_tokens=False).save_to_preset(str(folder))
    _add_gemma3_preprocessor(folder)


def _add_gemma3_preprocessor(folder: Path) -> None:
    task_file = folder / "task.json"
    task = json.loads(task_file.read_text())
    task["config"]["preprocessor"] = _gemma3_preprocessor(json.loads((folder / "tokenizer.json").read_text()))
    task_file.write_text(json.dumps(task, indent=4))
    (folder / "preprocessor.json").write_text(json.dumps(task["config"]["preprocessor"], indent=4))


def _gemma3_preprocessor(tokenizer: dict[str, Any]) -> dict[str, Any]:
    dtype = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": None}
    return {
        "module": "keras_hub.src.models.gemma3.gemma3_causal_lm_preprocessor",
        "class_name": "Gemma3CausalLMPreprocessor",
        "config": {
            "name": "gemma3_causal_lm_preprocessor",
            "trainable": True,
            "dtype": dtype,
            "tokenizer": tokenizer,
            "config_file": "preprocessor.json",
            "sequence_length": 1024,
            "add_start_token": True,
            "add_end_token": True,
            "num_vision_tokens_per_image": 256,
            "max_images_per_prompt": 2,
        },
        "registered_name": "keras_hub>Gemma3CausalLMPreprocessor",
    }


_WRITERS: dict[Family, Callable[[Path, dict[str, Any], int], None]] = {
    Family.GEMMA: _write_gemma,
    Family.GEMMA_2: _write_gemma,
    Family.GEMMA_3: _write_gemma3,
}


def weights_digest(preset: Path) -> str:
    """A fingerprint of a preset's weights, whatever they are called in its file."""
    arrays: list[bytes] = []

    def add(_name: str, found: Any) -> None:
        if isinstance(found, h5py.Dataset):
            arrays.append(hashlib.sha256(found[()].tobytes()).digest())

    with h5py.File(preset / "model.weights.h5") as file:
        file.visititems(add)
    return hashlib.sha256(b"".join(sorted(arrays))).hexdigest()


def copy_with_truncated_weights(preset: Path, folder: Path) -> Path:
    """Copy a preset as a broken-off download leaves it: the last half of its weights is missing."""
    shutil.copytree(preset, folder)
    weights = folder / "model.weights.h5"
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])
    return folder


def copy_without(preset: Path, folder: Path, name: str) -> Path:
    """Copy a preset without the file or folder called ``name``, such as ``config.json`` or ``assets/tokenizer``."""
    shutil.copytree(preset, folder)
    left_out = folder / name
    if left_out.is_dir():
        shutil.rmtree(left_out)
    else:
        left_out.unlink()
    return folder


def copy_with_backbone(preset: Path, folder: Path, backbone: str) -> Path:
    """Copy a preset and say in its configuration that it is of another architecture, such as ``BertBackbone``."""
    shutil.copytree(preset, folder)
    config = folder / "config.json"
    config.write_text(config.read_text().replace("GemmaBackbone", backbone).replace("Gemma3Backbone", backbone))
    return folder
