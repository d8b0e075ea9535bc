"""Batches: texts of similar length side by side, padded to one of a few lengths.

Decisions
- Texts are sorted by length with some jitter, cut into batches, and the batches shuffled.
- A few fixed lengths keep the number of compiled programs small.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import numpy as np

from optimise import Batch
from spans import Role
from tokenizer import TokenSequence

BATCH = 32
MICRO_BATCH = 8
LENGTHS = (128, 192, 256, 320, 448)
TARGET_SHARE = 0.45
"""Positions with a loss, at most, as a share of all positions of a micro-batch."""


def _padded_length(texts: Sequence[TokenSequence]) -> int:
    longest = max(len(text.ids) for text in texts)
    return next(length for length in LENGTHS if length >= longest)


def _fill_micro_batch(batch: Batch, index: int, texts: Sequence[TokenSequence], weights: np.ndarray) -> None:
    used, room = 0, batch.targets.shape[1]
    for row, text in enumerate(texts):
        ids, roles = np.array(text.ids), np.array(text.roles)
        batch.tokens[index, row, : len(ids)] = ids
        chosen = np.nonzero(roles)[0][: room - used]
        place = slice(used, used + len(chosen))
        batch.positions[index, place] = row * batch.tokens.shape[2] + chosen - 1
        batch.targets[index, place] = ids[chosen]
        batch.roles[index, place] = roles[chosen]
        batch.weights[index, place] = weights[roles[chosen]]
        used += len(chosen)


def make_batch(texts: Sequence[TokenSequence], weights: np.ndarray) -> Batch:
    """Return ``BATCH`` texts as one batch of micro-batches."""
    length = _padded_length(texts)
    count = len(texts) // MICRO_BATCH
    lists = (count, int(MICRO_BATCH * length * TARGET_SHARE))
    integers = [np.zeros(lists, np.int32) for _ in range(3)]
    tokens = np.zeros((count, MICRO_BATCH, length), np.int32)
    batch = Batch(tokens, integers[0], integers[1], np.zeros(lists, np.float32), integers[2])
    for index in range(count):
        _fill_micro_batch(batch, index, texts[index * MICRO_BATCH : (index + 1) * MICRO_BATCH], weights)
    return batch


def batches(texts: Sequence[TokenSequence], chooser: random.Random, role_weights: dict[Role, float]) -> Iterator[Batch]:
    """Yield all texts that fit the largest length in shuffled batches."""
    weights = np.array([role_weights[role] for role in Role], np.float32)
    fitting = [text for text in texts if len(text.ids) <= LENGTHS[-1]]
    fitting.sort(key=lambda text: len(text.ids) + 20 * chooser.random())
    groups = [fitting[start : start + BATCH] for start in range(0, len(fitting) - BATCH + 1, BATCH)]
    chooser.shuffle(groups)
    yield from (make_batch(group, weights) for group in groups)
