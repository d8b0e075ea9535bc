"""How much memory a model needs, worked out from its shape: arithmetic alone.

Decisions:
- What is counted is what grows with the model or the text: weights, keys and values, and the arrays of an explanation.
  What the program itself takes is the same for every model, and small beside them.
- An explanation is counted with one target, the least that it takes: a model is not refused for what it may need.
- Of a model that is divided among devices, what each of them needs is counted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from prompt_salience.engine.config import DecoderConfig
from prompt_salience.engine.division import UNDIVIDED, Division
from prompt_salience.engine.lengths import ROWS_AT_ONCE, bucket_length
from prompt_salience.engine.weights import block_shapes

_WIDE = 4
"""Bytes of a number that is added up: float32, whatever format the weights have."""


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """Bytes: for the weights, for the keys and values of a text, and for explaining it."""

    weights: int
    cache: int
    explanation: int

    @property
    def total(self) -> int:
        """All of it, as it may be needed at once."""
        return self.weights + self.cache + self.explanation


def memory_need(config: DecoderConfig, number_bytes: int, tokens: int, division: Division = UNDIVIDED) -> MemoryNeed:
    """What a model needs on each of its devices for a text of so many tokens, prompt and response together."""
    length = bucket_length(tokens)
    return MemoryNeed(
        weights=_weights(config, division) * number_bytes,
        cache=_cache_bytes(config, number_bytes, length) // division.heads,
        explanation=_explanation_bytes(config, number_bytes, length, division),
    )


def _weights(config: DecoderConfig, division: Division) -> int:
    """How many numbers of a model one device holds."""
    embedding = config.vocabulary_size * config.hidden_dim // division.share("embedding")
    block = sum(math.prod(shape) // division.share(name) for name, shape in block_shapes(config).items())
    return embedding + len(config.layers) * block + config.hidden_dim


def _cache_bytes(config: DecoderConfig, number_bytes: int, length: int) -> int:
    """A key and a value in each layer, for each position and key/value head."""
    return 2 * len(config.layers) * length * config.block.key_value_heads * config.block.head_dim * number_bytes


def _explanation_bytes(config: DecoderConfig, number_bytes: int, length: int, division: Division) -> int:
    """The forward pass as it is kept, and what comes after it: logits, or the way back through a layer."""
    kept = (len(config.layers) + 2) * length * config.hidden_dim * number_bytes
    logits = _logit_bytes(config) // division.vocabulary
    return kept + max(logits, _backward_bytes(config, number_bytes, length, division))


def _logit_bytes(config: DecoderConfig) -> int:
    """Logits, their logarithms and their gradients, for the rows that are worked off at once."""
    return 3 * ROWS_AT_ONCE * config.vocabulary_size * _WIDE


def _backward_bytes(config: DecoderConfig, number_bytes: int, length: int, division: Division) -> int:
    """One layer: the gradients of its attention or its feed-forward network, with what they are made from."""
    attention = 2 * config.block.query_heads * length * length * _WIDE // division.heads
    feedforward = 3 * length * config.feedforward_dim * number_bytes // division.feedforward
    hidden = 2 * length * config.hidden_dim * number_bytes
    return max(attention, feedforward) + hidden
