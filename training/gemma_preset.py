"""The preset: trained weights as a keras-hub model, and back.

Decisions
- Weights travel through one table of places, used in both directions.
- The evaluation reads the weights of the shipped file, never a checkpoint.
- Everything is float32: 5 MB, and nothing to convert when it is loaded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np

from keras_models import import_keras_hub
from network import Parameters, Shape

CONTEXT_LENGTH = 1024
NAME = "menu-judge"


def backbone_arguments(shape: Shape) -> dict[str, Any]:
    """Return the sizes as keras-hub's ``GemmaBackbone`` names them."""
    return {
        "vocabulary_size": shape.vocabulary,
        "num_layers": shape.layers,
        "num_query_heads": shape.heads,
        "num_key_value_heads": 1,
        "hidden_dim": shape.width,
        "intermediate_dim": 2 * shape.feed_forward,
        "head_dim": shape.head_width,
        "use_post_ffw_norm": True,
        "use_post_attention_norm": True,
        "attention_logit_soft_cap": shape.attention_cap,
        "final_logit_soft_cap": shape.logit_cap,
        "use_sliding_window_attention": False,
        "dtype": "float32",
    }


def _layer_places(block: Any) -> dict[str, Any]:
    attention = block.attention
    return {
        "query": attention.query_dense.kernel,
        "key": attention.key_dense.kernel,
        "value": attention.value_dense.kernel,
        "output": attention.output_dense.kernel,
        "gate": block.gating_ffw.kernel,
        "up": block.gating_ffw_2.kernel,
        "down": block.ffw_linear.kernel,
        "attention_norm": block.pre_attention_norm.scale,
        "post_attention_norm": block.post_attention_norm.scale,
        "feed_forward_norm": block.pre_ffw_norm.scale,
        "post_feed_forward_norm": block.post_ffw_norm.scale,
    }


def _to_keras(name: str, value: np.ndarray, shape: Shape) -> np.ndarray:
    """Split heads off a matrix: [width, heads * h] becomes [heads, width, h]; the output [heads, h, width]."""
    if name in ("query", "key", "value"):
        return value.reshape(shape.width, -1, shape.head_width).transpose(1, 0, 2)
    return value.reshape(-1, shape.head_width, shape.width) if name == "output" else value


def _from_keras(name: str, value: np.ndarray, shape: Shape) -> np.ndarray:
    if name in ("query", "key", "value"):
        return value.transpose(1, 0, 2).reshape(shape.width, -1)
    return value.reshape(-1, shape.width) if name == "output" else value


def _places(backbone: Any) -> Iterator[tuple[int, str, Any]]:
    for index, block in enumerate(backbone.transformer_layers):
        for name, variable in _layer_places(block).items():
            yield index, name, variable


def fill_backbone(backbone: Any, parameters: Parameters, shape: Shape) -> None:
    """Write trained parameters into a keras-hub backbone."""
    backbone.token_embedding.embeddings.assign(np.asarray(parameters["embedding"]))
    backbone.layer_norm.scale.assign(np.asarray(parameters["final_norm"]))
    for index, name, variable in _places(backbone):
        variable.assign(_to_keras(name, np.asarray(parameters["layers"][index][name]), shape))


def read_backbone(backbone: Any, shape: Shape) -> Parameters:
    """Read parameters back from a keras-hub backbone."""
    layers: list[Parameters] = [{} for _ in range(shape.layers)]
    for index, name, variable in _places(backbone):
        layers[index][name] = jnp.asarray(_from_keras(name, np.asarray(variable), shape))
    return {
        "embedding": jnp.asarray(np.asarray(backbone.token_embedding.embeddings)),
        "final_norm": jnp.asarray(np.asarray(backbone.layer_norm.scale)),
        "layers": layers,
    }


def save_preset(folder: Path, parameters: Parameters, shape: Shape, vocabulary: Path) -> Any:
    """Write the preset folder and return the Keras model it was written from."""
    models = import_keras_hub().models
    backbone = models.GemmaBackbone(**backbone_arguments(shape))
    fill_backbone(backbone, parameters, shape)
    tokenizer = models.GemmaTokenizer(proto=str(vocabulary))
    preprocessor = models.GemmaCausalLMPreprocessor(tokenizer, sequence_length=CONTEXT_LENGTH)
    model = models.GemmaCausalLM(backbone=backbone, preprocessor=preprocessor)
    folder.mkdir(parents=True, exist_ok=True)
    model.save_to_preset(str(folder))
    card = {"name": NAME, "context_length": CONTEXT_LENGTH, "instruction_tuned": False}
    (folder / "prompt_salience.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return model


def load_preset(folder: Path) -> Any:
    """Load the preset as a Keras model."""
    return import_keras_hub().models.GemmaCausalLM.from_preset(str(folder), dtype="float32")


def shape_of(backbone: Any) -> Shape:
    """Return the sizes of a loaded backbone."""
    return Shape(
        vocabulary=backbone.vocabulary_size,
        width=backbone.hidden_dim,
        layers=backbone.num_layers,
        heads=backbone.num_query_heads,
        head_width=backbone.head_dim,
        feed_forward=backbone.intermediate_dim // 2,
        attention_cap=backbone.attention_logit_soft_cap,
        logit_cap=backbone.final_logit_soft_cap,
    )
