"""A decoder's weights from Hugging Face's files, in one pass and without a second copy.

Decisions:
- Hugging Face keeps matrices as [out, in], with the heads of queries, keys and values one after the other in their
  rows: each is the transpose of this engine's. Norms hold what is added to one in both.
- Both turn the halves of a head against each other, so nothing is rearranged within one.
- All tensors are looked up, and their shapes compared, before the first is read.
- What stands before the names depends on the version that wrote the files, and is found in them.
- A vision encoder's weights are not read, nor a copy of the embeddings that stands for the output.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import jax.numpy as jnp
from jax import Array

from prompt_salience.engine.aligned import aligned
from prompt_salience.engine.config import DecoderConfig
from prompt_salience.engine.hugging_face_folder import HuggingFaceFolder
from prompt_salience.engine.model_card import AGAIN
from prompt_salience.engine.model_folder import ReadableModel
from prompt_salience.engine.placement import Placement
from prompt_salience.engine.safetensors_file import StoredTensor
from prompt_salience.engine.stored_arrays import Report, in_per_cent, read_into
from prompt_salience.engine.weights import BlockWeights, DecoderWeights, block_shapes
from prompt_salience.engine_client.protocol import ModelLoadError, Progress

_EMBEDDING, _FINAL_NORM = "embed_tokens.weight", "norm.weight"
_PREFIXES = ("model.", "", "language_model.model.", "model.language_model.", "language_model.")
_WORKED_OUT = ".rotary_emb.inv_freq"
"""What older versions wrote for each layer, although it follows from the configuration."""

_MATRICES = frozenset({"query", "key", "value", "attention_output", "gate", "up", "down"})


@dataclass(frozen=True)
class _Source:
    """A weight's name, where it lies, the weight's own shape, and whether the file holds its transpose."""

    weight: str
    tensor: StoredTensor
    shape: tuple[int, ...]
    transposed: bool


def readable_model(found: HuggingFaceFolder, dtype: str) -> ReadableModel:
    """A model as its configuration describes it, to be read in a number format.

    Raises:
        ModelLoadError: a tensor is missing, or is not as the configuration asks for.
    """
    sources = _sources(found, found.config)
    layers = len(found.config.layers)

    def read(progress: Progress, placement: Placement) -> DecoderWeights:
        return _weights(sources, layers, dtype, placement, progress)

    return ReadableModel(found.config, read)


def _sources(found: HuggingFaceFolder, config: DecoderConfig) -> dict[str, _Source]:
    """Every weight, by ``embedding``, ``final_norm`` or its layer and name."""
    prefix = next((start for start in _PREFIXES if start + _EMBEDDING in found.tensors), _PREFIXES[0])
    shapes = block_shapes(config)
    sources = {
        "embedding": _source(found, "embedding", f"{prefix}{_EMBEDDING}", (config.vocabulary_size, config.hidden_dim)),
        "final_norm": _source(found, "final_norm", f"{prefix}{_FINAL_NORM}", (config.hidden_dim,)),
    }
    for layer in range(len(config.layers)):
        for weight, place in found.architecture.places.items():
            name = f"{prefix}layers.{layer}.{place}.weight"
            sources[_key(layer, weight)] = _source(found, weight, name, shapes[weight])
    _check_nothing_is_left(found, f"{prefix}layers.", {source.tensor for source in sources.values()})
    return sources


def _check_nothing_is_left(found: HuggingFaceFolder, start: str, used: set[StoredTensor]) -> None:
    """Refuse layers that hold more than is read: without it, another model would be run."""
    for name, tensor in found.tensors.items():
        if name.startswith(start) and tensor not in used and not name.endswith(_WORKED_OUT):
            message = (
                f"The weights in {found.folder} hold {name}, for which the model that config.json describes has no "
                f"place. {AGAIN}"
            )
            raise ModelLoadError(message)


def _key(layer: int, weight: str) -> str:
    return f"{layer}/{weight}"


def _source(found: HuggingFaceFolder, weight: str, name: str, shape: tuple[int, ...]) -> _Source:
    tensor, transposed = found.tensors.get(name), weight in _MATRICES
    if tensor is None:
        message = f"The weights in {found.folder} are not complete: there is no {name}. {AGAIN}"
        raise ModelLoadError(message)
    asked = shape[::-1] if transposed else shape
    if tensor.shape != asked:
        message = (
            f"The weights in {tensor.path} do not go with the configuration beside them: {name} has the shape "
            f"{list(tensor.shape)}, and config.json asks for {list(asked)}. {AGAIN}"
        )
        raise ModelLoadError(message)
    if not tensor.is_readable:
        message = (
            f"{name} in {tensor.path} holds numbers of the kind {tensor.kind}, and only F32, BF16 and F16 are read. "
            "Choose a model that is not quantised."
        )
        raise ModelLoadError(message)
    return _Source(weight, tensor, shape, transposed)


def _weights(
    sources: dict[str, _Source], layers: int, dtype: str, placement: Placement, progress: Progress
) -> DecoderWeights:
    report = in_per_cent(sum(source.tensor.nbytes for source in sources.values()), progress)
    weights = {key: _read(source, dtype, placement, report) for key, source in sources.items()}
    blocks = tuple(_block(weights, layer) for layer in range(layers))
    return DecoderWeights(weights["embedding"], blocks, weights["final_norm"])


def _block(weights: dict[str, Array], layer: int) -> BlockWeights:
    held: dict[str, Any] = {weight.name: weights.get(_key(layer, weight.name)) for weight in fields(BlockWeights)}
    return BlockWeights(**held)


def _read(source: _Source, dtype: str, placement: Placement, report: Report) -> Array:
    weight = aligned(source.shape, jnp.dtype(dtype))
    read_into(weight.T if source.transposed else weight, source.tensor, report)
    return placement.laid(source.weight, weight)
