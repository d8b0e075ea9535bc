"""The network: Gemma 2's forward pass in plain JAX, for training.

Decisions
- The same function as keras-hub's ``GemmaBackbone`` with post norms, soft caps and no sliding window, so
  that trained weights can be exported; written anew because training needs chunked attention on a CPU.
- One key/value head. Queries go through attention in chunks that see only the keys they may, which
  halves the work and keeps it in the cache.
- Weights and hidden states lie in matrices of two axes: the optimiser wants the ones, the processor
  multiplies the others fastest.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

Parameters = dict[str, Any]
Array = jax.Array

MATRICES = ("query", "key", "value", "output", "gate", "up", "down")
NORMS = ("attention_norm", "post_attention_norm", "feed_forward_norm", "post_feed_forward_norm")


@dataclass(frozen=True)
class Shape:
    """The network's sizes; ``feed_forward`` is the width of each of the two gated halves."""

    vocabulary: int = 2048
    width: int = 128
    layers: int = 4
    heads: int = 4
    head_width: int = 64
    feed_forward: int = 384
    attention_cap: float = 50.0
    logit_cap: float = 30.0
    chunk: int = 64

    def as_dict(self) -> dict[str, float]:
        """Return the sizes by name."""
        return asdict(self)


def _matrix_sizes(shape: Shape) -> dict[str, tuple[int, int]]:
    inner = shape.heads * shape.head_width
    return {
        "query": (shape.width, inner),
        "key": (shape.width, shape.head_width),
        "value": (shape.width, shape.head_width),
        "output": (inner, shape.width),
        "gate": (shape.width, shape.feed_forward),
        "up": (shape.width, shape.feed_forward),
        "down": (shape.feed_forward, shape.width),
    }


def initial_parameters(shape: Shape, seed: int) -> Parameters:
    """Return random matrices with variance 1/fan-in, and norms that start as plain RMS norms."""
    generator = np.random.default_rng(seed)

    def normal(rows: int, columns: int, fan_in: int) -> Array:
        return jnp.asarray(generator.normal(0, fan_in**-0.5, (rows, columns)), jnp.float32)

    def layer() -> Parameters:
        matrices = {name: normal(*size, size[0]) for name, size in _matrix_sizes(shape).items()}
        return {**matrices, **{name: jnp.zeros(shape.width) for name in NORMS}}

    return {
        "embedding": normal(shape.vocabulary, shape.width, shape.width),
        "final_norm": jnp.zeros(shape.width),
        "layers": [layer() for _ in range(shape.layers)],
    }


def count_parameters(parameters: Parameters) -> int:
    """Return the number of trained values."""
    return sum(leaf.size for leaf in jax.tree.leaves(parameters))


def _normalised(values: Array, weight: Array) -> Array:
    return values * jax.lax.rsqrt(jnp.mean(values * values, -1, keepdims=True) + 1e-6) * (1 + weight)


def _rotation(length: int, head_width: int) -> tuple[Array, Array]:
    frequencies = 1.0 / (10000.0 ** (np.arange(0, head_width, 2) / head_width))
    angles = np.arange(length)[:, None] * frequencies[None]
    return jnp.asarray(np.cos(angles), jnp.float32), jnp.asarray(np.sin(angles), jnp.float32)


def _rotated(vectors: Array, rotation: tuple[Array, Array]) -> Array:
    """Turn [batch, length, heads, head_width] vectors by their positions."""
    cosine, sine = (part[None, :, None] for part in rotation)
    left, right = jnp.split(vectors, 2, -1)
    return jnp.concatenate([left * cosine - right * sine, right * cosine + left * sine], -1)


def _attend_chunk(queries: Array, keys: Array, values: Array, start: int, cap: float) -> Array:
    """Attend from [batch, chunk, heads, h] queries at ``start`` to the [batch, seen, h] keys before their end."""
    batch, chunk, heads, width = queries.shape
    seen = keys.shape[1]
    visible = np.arange(seen)[None] <= np.arange(start, start + chunk)[:, None]
    mask = jnp.asarray(np.where(visible, 0.0, -1e9), jnp.float32)
    scores = jnp.einsum("bqh,bsh->bqs", queries.reshape(batch, chunk * heads, width), keys)
    scores = jnp.tanh(scores / cap) * cap
    scores = scores.reshape(batch, chunk, heads, seen) + mask[None, :, None]
    shares = jax.nn.softmax(scores, -1).reshape(batch, chunk * heads, seen)
    return jnp.einsum("bqs,bsh->bqh", shares, values).reshape(batch, chunk, heads, width)


def _attended(queries: Array, keys: Array, values: Array, shape: Shape) -> Array:
    length = queries.shape[1]
    chunk = shape.chunk if length % shape.chunk == 0 else length
    parts = [
        _attend_chunk(queries[:, s : s + chunk], keys[:, : s + chunk], values[:, : s + chunk], s, shape.attention_cap)
        for s in range(0, length, chunk)
    ]
    return jnp.concatenate(parts, 1)


def _attention(layer: Parameters, hidden: Array, length: int, shape: Shape) -> Array:
    heads = (-1, length, shape.heads, shape.head_width)
    rotation = _rotation(length, shape.head_width)
    queries = _rotated((hidden @ layer["query"]).reshape(heads), rotation) * shape.head_width**-0.5
    keys = _rotated((hidden @ layer["key"]).reshape(-1, length, 1, shape.head_width), rotation)[:, :, 0]
    values = (hidden @ layer["value"]).reshape(keys.shape)
    mixed = _attended(queries, keys, values, shape)
    return mixed.reshape(hidden.shape[0], -1) @ layer["output"]


def _feed_forward(layer: Parameters, hidden: Array) -> Array:
    gate = jax.nn.gelu(hidden @ layer["gate"], approximate=True)
    return (gate * (hidden @ layer["up"])) @ layer["down"]


def hidden_states(parameters: Parameters, embedded: Array, shape: Shape) -> Array:
    """Return the last hidden states [batch * length, width] for unscaled embeddings [batch, length, width]."""
    length = embedded.shape[1]
    hidden = embedded.reshape(-1, shape.width) * math.sqrt(shape.width)
    for layer in parameters["layers"]:
        mixed = _attention(layer, _normalised(hidden, layer["attention_norm"]), length, shape)
        hidden = hidden + _normalised(mixed, layer["post_attention_norm"])
        changed = _feed_forward(layer, _normalised(hidden, layer["feed_forward_norm"]))
        hidden = hidden + _normalised(changed, layer["post_feed_forward_norm"])
    return _normalised(hidden, parameters["final_norm"])


def logits(parameters: Parameters, hidden: Array, shape: Shape) -> Array:
    """Return soft-capped logits [..., vocabulary] for hidden states [..., width]."""
    raw = hidden @ parameters["embedding"].T
    return jnp.tanh(raw / shape.logit_cap) * shape.logit_cap
