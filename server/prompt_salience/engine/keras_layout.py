"""The layout that keras-hub gives a Gemma backbone for ``keras.distribution``, in the axes of this engine's weights.

Decisions:
- keras-hub has a layout map for ``GemmaBackbone`` alone. A ``Gemma3Backbone`` calls its weights the same, so that the
  map holds for it too.
- A map is read without any device: what it says does not depend on how many there are.
- Its second axis divides what is read among devices. There is one sequence at a time here, so that it is not used.
"""

from __future__ import annotations

from typing import Any

from prompt_salience.engine.backend import prepare_backend
from prompt_salience.engine.division import Layout
from prompt_salience.engine.no_tensorflow import without_tensorflow

_MODEL, _BATCH = "model", "batch"
_BLOCK = "decoder_block_0"
PATHS = {
    "embedding": "token_embedding/embeddings",
    "query": f"{_BLOCK}/attention/query/kernel",
    "key": f"{_BLOCK}/attention/key/kernel",
    "value": f"{_BLOCK}/attention/value/kernel",
    "attention_output": f"{_BLOCK}/attention/attention_output/kernel",
    "gate": f"{_BLOCK}/ffw_gating/kernel",
    "up": f"{_BLOCK}/ffw_gating_2/kernel",
    "down": f"{_BLOCK}/ffw_linear/kernel",
}
"""What Keras calls the weight matrices of a backbone, those of its first block for all blocks."""

_HEADS_FIRST = {0: 1, 1: 0, 2: 1}
_MERGED_AXES = {
    "query": _HEADS_FIRST,
    "key": _HEADS_FIRST,
    "value": _HEADS_FIRST,
    "attention_output": {0: 0, 1: 0, 2: 1},
}
"""Where axes of a Keras kernel are in the matrix here: [heads, hidden, head] became [hidden, heads * head], and
[heads, head, hidden] became [heads * head, hidden]."""


def layout() -> Layout:
    """Along which axis the backbone's own layout map divides each weight matrix of this engine.

    Raises:
        ModelLoadError: Keras cannot be imported.
    """
    layouts = _layout_map()
    axes = {weight: layouts[path].axes for weight, path in PATHS.items() if layouts[path] is not None}
    return {weight: _merged(weight, named.index(_MODEL)) for weight, named in axes.items() if _MODEL in named}


def _layout_map() -> Any:
    prepare_backend()
    with without_tensorflow():
        import keras
        import keras_nlp

    mesh = keras.distribution.DeviceMesh((1, 1), (_BATCH, _MODEL), ["any"])
    return keras_nlp.models.GemmaBackbone.get_layout_map(mesh, _MODEL, _BATCH)


def _merged(weight: str, axis: int) -> int:
    return _MERGED_AXES[weight][axis] if weight in _MERGED_AXES else axis
