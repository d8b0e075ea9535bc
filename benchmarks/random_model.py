"""A Gemma of the 270M shape with random weights, as a Keras preset that LIT and the engine can both load.

Decisions:
- Keras's Gemma 3 has no ``score()``, which LIT needs, so it is a ``GemmaBackbone`` with Gemma 3 270M's widths, depth
  and vocabulary, and its norms after attention and feed-forward network. It has no windows: the texts are shorter.
- Trained models do not repeat themselves, and most edits far away leave their response as it is. So does this one: its
  feed-forward networks outweigh its attention, and its embeddings are small beside what the layers add. Its next token
  is a hash of the last one, more or less.
- The tokenizer is that of the embedded model, with as many pieces added as the vocabulary needs: every token that is
  written has a text of its own, and the texts of two responses can be compared.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prompt_salience.embedded import embedded_model_path
from prompt_salience.engine.backend import prepare_backend
from prompt_salience.engine.tokenizer import Tokenizer
from turns import serve

SHAPES: dict[str, dict[str, int]] = {
    "270m": {
        "vocabulary_size": 262_144,
        "num_layers": 18,
        "num_query_heads": 4,
        "num_key_value_heads": 1,
        "hidden_dim": 640,
        "intermediate_dim": 4_096,  # Keras halves it: gate and up are 2,048 wide.
        "head_dim": 256,
    },
    "tiny": {
        "vocabulary_size": 16_384,
        "num_layers": 3,
        "num_query_heads": 4,
        "num_key_value_heads": 1,
        "hidden_dim": 128,
        "intermediate_dim": 512,
        "head_dim": 32,
    },
}
_TOKENIZER = Path("assets", "tokenizer", "vocabulary.spm")
_EMBEDDING_LENGTH = 4.0
_SHARES = {"post_attention_norm": 0.05, "post_ffw_norm": 16.0}
"""What the norms multiply by that say how much of a layer is added."""

_NORMAL_PIECE = 1


def write_model(folder: Path, shape: str, seed: int = 0) -> None:
    """Write a preset in float32 into ``folder``; the same seed gives the same weights."""
    prepare_backend()
    from keras_nlp import models

    config = SHAPES[shape]
    backbone = models.GemmaBackbone(**config, use_post_ffw_norm=True, use_post_attention_norm=True, dtype="float32")
    _draw_weights(backbone, seed)
    tokenizer = models.GemmaTokenizer(tokenizer_proto(config["vocabulary_size"]))
    models.GemmaCausalLM(backbone, models.GemmaCausalLMPreprocessor(tokenizer)).save_to_preset(str(folder))


def _draw_weights(backbone: Any, seed: int) -> None:
    import numpy as np

    random = np.random.default_rng(seed)
    for variable in backbone.weights:
        mean, spread = _mean_and_spread(variable.path, tuple(variable.shape))
        variable.assign(mean + spread * random.standard_normal(tuple(variable.shape), np.float32))


def _mean_and_spread(path: str, shape: tuple[int, ...]) -> tuple[float, float]:
    """Norms multiply by 1 + scale; kernels keep the size of what they multiply."""
    if path.endswith("scale"):
        factor = _SHARES.get(path.split("/")[-2], 1.0)
        return factor - 1, factor / 10
    if path.endswith("embeddings"):
        return 0.0, _EMBEDDING_LENGTH / shape[-1] ** 0.5
    fan_in = shape[0] * shape[1] if "attention_output" in path else shape[-2]
    return 0.0, fan_in**-0.5


def tokenizer_proto(vocabulary_size: int) -> bytes:
    """The embedded model's SentencePiece model with pieces added to it, up to this number.

    A serialised message may be appended to another of its kind: lists are joined. Pieces are field 1 of the model, and
    have a text, a score and a type.
    """
    proto = (embedded_model_path() / _TOKENIZER).read_bytes()
    return proto + b"".join(_added_pieces(Tokenizer(proto).vocabulary_size, vocabulary_size))


def _added_pieces(first: int, end: int) -> Iterator[bytes]:
    """No two neighbouring characters of an added piece are a piece, so that none is ever found in a text."""
    for index in range(first, end):
        text = f"⟦{index}⟧".encode()
        piece = bytes([0x0A, len(text), *text, 0x15, *struct.pack("<f", -index), 0x18, _NORMAL_PIECE])
        yield bytes([0x0A, len(piece), *piece])


def write(folder: str, shape: str) -> None:
    """Write a preset, in a process that may end afterwards."""
    write_model(Path(folder), shape)


if __name__ == "__main__":
    serve({"write": write})
