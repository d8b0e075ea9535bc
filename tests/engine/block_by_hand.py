"""A decoder block and its modified backward pass, written out with NumPy in float64, one head at a time.

Independent of the engine: no automatic differentiation, no chunks, no grouping of heads into one product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from prompt_salience.engine.config import BlockConfig
from prompt_salience.engine.positions import LayerView
from prompt_salience.engine.weights import BlockWeights

Matrix = np.ndarray


@dataclass
class Numbers:
    """The weights of a block in float64."""

    weights: BlockWeights

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.weights, name)
        return None if found is None else np.asarray(found, np.float64)


class BlockByHand:
    """One block over a sequence, shape [length, hidden]; ``backward`` follows the modified rules."""

    def __init__(self, config: BlockConfig, weights: BlockWeights, view: LayerView) -> None:
        self.config, self.weights = config, Numbers(weights)
        self.window = int(view.window)
        self.frequencies = np.asarray(view.frequencies, np.float64)

    def forward(self, hidden: Matrix) -> Matrix:
        weights = self.weights
        normed, self.scale_before_attention = self._norm(hidden, weights.pre_attention_norm)
        attention = self._attention(normed)
        attention, self.scale_after_attention = self._norm(attention, weights.post_attention_norm)
        hidden = hidden + attention
        normed, self.scale_before_feedforward = self._norm(hidden, weights.pre_feedforward_norm)
        self.gate, self.up = normed @ weights.gate, normed @ weights.up
        product = (gelu(self.gate) * self.up) @ weights.down
        product, self.scale_after_feedforward = self._norm(product, weights.post_feedforward_norm)
        return hidden + product

    def backward(self, cotangent: Matrix) -> Matrix:
        weights = self.weights
        product = (cotangent * self.scale_after_feedforward) @ weights.down.T
        gate = product * self.up * gelu_slope(self.gate) / 2
        up = product * gelu(self.gate) / 2
        hidden = cotangent + (gate @ weights.gate.T + up @ weights.up.T) * self.scale_before_feedforward
        return hidden + self._attention_back(hidden * self.scale_after_attention) * self.scale_before_attention

    def _norm(self, numbers: Matrix, scale: Matrix | None) -> tuple[Matrix, Matrix]:
        """Normed numbers, and the factor that the modified rules hold constant."""
        if scale is None:
            return numbers, np.ones(())
        factor = (1 + scale) / np.sqrt(np.mean(numbers**2, axis=-1, keepdims=True) + self.config.norm_epsilon)
        return numbers * factor, factor

    def _turn(self, heads: Matrix, sign: int) -> Matrix:
        """Turn one head by its positions, shape [length, head]; with sign -1 back again."""
        angles = sign * np.arange(len(heads))[:, None] * self.frequencies
        first, second = np.split(heads, 2, axis=1)
        cosine, sine = np.cos(angles), np.sin(angles)
        return np.concatenate((first * cosine - second * sine, second * cosine + first * sine), axis=1)

    def _head(self, matrix: Matrix, index: int) -> Matrix:
        size = self.config.head_dim
        return matrix[:, index * size : (index + 1) * size]

    def _attention(self, normed: Matrix) -> Matrix:
        config, weights = self.config, self.weights
        distance = np.subtract.outer(np.arange(len(normed)), np.arange(len(normed)))
        self.seen = (distance >= 0) & (distance < self.window)
        self.heads = []
        read = []
        for head in range(config.query_heads):
            group = head // (config.query_heads // config.key_value_heads)
            query, query_scale = self._norm(normed @ self._head(weights.query, head), weights.query_norm)
            key, key_scale = self._norm(normed @ self._head(weights.key, group), weights.key_norm)
            value = normed @ self._head(weights.value, group)
            query, key = self._turn(query, 1), self._turn(key, 1)
            scores = query @ key.T * config.query_scale
            slope = np.ones_like(scores)
            if config.attention_soft_cap:
                scores = np.tanh(scores / config.attention_soft_cap)
                slope, scores = 1 - scores**2, scores * config.attention_soft_cap
            read.append(self._shares(scores, 1) @ value)
            self.heads.append((group, query, key, value, query_scale, key_scale, scores, slope))
        return np.concatenate(read, axis=1) @ weights.attention_output

    def _shares(self, scores: Matrix, temperature: float) -> Matrix:
        scores = np.where(self.seen, scores / temperature, -np.inf)
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        return shares / shares.sum(axis=1, keepdims=True)

    def _attention_back(self, cotangent: Matrix) -> Matrix:
        weights, read = self.weights, cotangent @ self.weights.attention_output.T
        back = np.zeros_like(cotangent)
        for head, (group, query, key, value, query_scale, key_scale, scores, slope) in enumerate(self.heads):
            by_read = self._head(read, head)
            by_value = self._shares(scores, 1).T @ by_read / 2
            by_shares, warm = by_read @ value.T, self._shares(scores, 2)
            by_scores = warm * (by_shares - np.sum(by_shares * warm, axis=1, keepdims=True))
            by_scores *= slope * self.config.query_scale / 4
            by_query = self._turn(by_scores @ key, -1) * query_scale
            by_key = self._turn(by_scores.T @ query, -1) * key_scale
            back += by_query @ self._head(weights.query, head).T
            back += by_key @ self._head(weights.key, group).T + by_value @ self._head(weights.value, group).T
        return back


def gelu(numbers: Matrix) -> Matrix:
    return numbers * (1 + np.tanh(_inner(numbers))) / 2


def gelu_slope(numbers: Matrix) -> Matrix:
    tanh = np.tanh(_inner(numbers))
    inner_slope = np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * numbers**2)
    return (1 + tanh) / 2 + numbers * (1 - tanh**2) * inner_slope / 2


def _inner(numbers: Matrix) -> Matrix:
    return np.sqrt(2 / np.pi) * (numbers + 0.044715 * numbers**3)
