"""A Keras backbone without its weights: all that a preset says about its layers, in a moment and in no memory.

Decisions:
- Keras draws random weights for every layer it builds, which the preset's overwrite at once: for a model of 2.6 billion
  parameters that takes most of a minute. Here every weight begins as memory that nobody has written to.
- Keras takes some 35 ms to build a layer, and a model has up to 62 of them. What they do repeats after six at most, so
  that six show it; a vision encoder is left out. Tests hold this equal to the whole backbone.
- That memory is the host's, where it costs nothing, also when there is an accelerator.
- ``add_weight`` is how a layer gets its weights, and a public method of Keras. It is replaced while one thread builds;
  the layers of other threads get their weights as ever.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import jax
from jax import Array

from prompt_salience.engine.aligned import aligned, lent
from prompt_salience.engine.architectures import Architecture
from prompt_salience.engine.config import DecoderConfig
from prompt_salience.engine.no_tensorflow import without_tensorflow

_PERIOD = 6


def sample_backbone(architecture: Architecture, config: dict[str, Any], dtype: str) -> Any:
    """The first layers of a Keras backbone, with weights that mean nothing: enough to tell what all of them do."""
    sampled = config | {"num_layers": min(config["num_layers"], _PERIOD), "dtype": dtype}
    if "vision_encoder" in config:
        sampled["vision_encoder"] = None
    with without_tensorflow(), in_host_memory(), _unwritten_weights():
        import keras_nlp

        return getattr(keras_nlp.models, architecture.backbone).from_config(sampled)


def whole_config(sampled: DecoderConfig, layers: int) -> DecoderConfig:
    """The config of a model with so many layers, from that of its first ones."""
    return replace(sampled, layers=tuple(islice(cycle(sampled.layers), layers)))


def backbone_without_weights(folder: Path, dtype: str) -> Any:
    """The Keras backbone that a preset folder describes, with weights that mean nothing."""
    with without_tensorflow(), in_host_memory(), _unwritten_weights():
        import keras_nlp

        return keras_nlp.models.Backbone.from_preset(str(folder), dtype=dtype, load_weights=False)


@contextmanager
def _unwritten_weights() -> Iterator[None]:
    import keras

    add_weight, builder = keras.layers.Layer.add_weight, threading.get_ident()

    def add_unwritten(layer: Any, *arguments: Any, **named: Any) -> Any:
        if threading.get_ident() == builder:
            named["initializer"] = _unwritten
        return add_weight(layer, *arguments, **named)

    keras.layers.Layer.add_weight = add_unwritten
    try:
        yield
    finally:
        keras.layers.Layer.add_weight = add_weight


def _unwritten(shape: tuple[int, ...], dtype: Any = None) -> Array:
    return lent(aligned(shape, jax.numpy.dtype(dtype)))


def in_host_memory() -> Any:
    """A block whose arrays are made on the CPU; where JAX was told to have none, wherever it makes them."""
    try:
        host = jax.devices("cpu")[0]
    except RuntimeError:
        return nullcontext()
    return jax.default_device(host)
