"""How likely a response is after several versions of its prompt: other tokens, or tokens that are hidden.

Decisions:
- Versions go through the layers in batches, as large as memory allows. One compiled layer serves them all, whether
  tokens are hidden in a version or gone from it.
- A hidden token keeps its place and sees what it always sees. No later token sees it, in any layer.
- A batch is padded to the bucket of its longest version. Causality keeps padding from changing anything before it.
- Only the rows that the response is read from meet the head.
- Between layers the pass waits for the device and reports: a report that raises cancels it at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from prompt_salience.engine.compiling import announce, compiled
from prompt_salience.engine.config import BlockConfig
from prompt_salience.engine.decoder_block import decoder_block
from prompt_salience.engine.forward import Decoder, embedded
from prompt_salience.engine.lengths import (
    ROWS_AT_ONCE,
    batches,
    bucket_length,
    padded,
    version_count,
    versions_at_once,
)
from prompt_salience.engine.logits import log_probs_at
from prompt_salience.engine.positions import LayerView
from prompt_salience.engine.weights import BlockWeights
from prompt_salience.engine_client.protocol import EVALUATING, AblateRequest, EngineError, Progress


def response_log_probs(model: Decoder, request: AblateRequest, progress: Progress) -> NDArray[np.float64]:
    """Natural log-probability of each token of the response after each version, shape (versions, tokens).

    Raises:
        EngineError: a log-probability is not a finite number.
        ValueError: a version or the response is empty, or ``<bos>`` is hidden.
    """
    _check(request)
    found = np.zeros((len(request.prompts), len(request.response)))
    for batch in batches(len(request.prompts), _versions_at_once(model, request)):
        part = AblateRequest(request.prompts[batch], request.response, request.hidden[batch])
        ids, blocked = _padded_versions(part)
        announce(progress, "versions", model.config.block, *ids.shape)
        output = _read(model, ids, blocked, partial(progress, EVALUATING, batch.start, len(request.prompts)))
        found[batch] = _response_rows(model, part, output)
    return _finite(found)


def _check(request: AblateRequest) -> None:
    if not request.response or not all(request.prompts):
        message = "Every version of the prompt needs at least the token <bos>, and the response at least one token."
        raise ValueError(message)
    expected = (len(request.prompts), max(map(len, request.prompts), default=0))
    if request.hidden.shape != expected:
        message = f"Versions and tokens are {expected}, and what is hidden has shape {request.hidden.shape}."
        raise ValueError(message)
    if request.hidden[:, :1].any():
        message = "<bos> cannot be hidden."
        raise ValueError(message)


def _versions_at_once(model: Decoder, request: AblateRequest) -> int:
    longest = bucket_length(max(map(len, request.prompts), default=0) + len(request.response))
    return versions_at_once(model.config.block.query_heads, model.config.feedforward_dim, longest)


def _padded_versions(request: AblateRequest) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Token ids, and which of them are hidden: two arrays of shape [versions, bucket], both padded."""
    sequences = [(*prompt, *request.response) for prompt in request.prompts]
    length, count = bucket_length(max(map(len, sequences))), version_count(len(sequences))
    ids = np.stack([padded(np.asarray(sequence, np.int32), length) for sequence in sequences])
    within = np.arange(request.hidden.shape[1]) < np.array([[len(prompt)] for prompt in request.prompts])
    hidden = padded((request.hidden & within)[:, :length].T, length).T
    return padded(ids, count), padded(hidden, count)


@compiled(static=("config",))
def _layer(config: BlockConfig, weights: BlockWeights, view: LayerView, hidden: Array) -> Array:
    return decoder_block(config, weights, view, hidden)[0]


def _read(model: Decoder, ids: NDArray[np.int32], blocked: NDArray[np.bool_], report: Callable[[], None]) -> Array:
    """What the last layer writes for every version, shape [versions, length, hidden]."""
    _, embeddings = embedded(model.config.embedding_scale, model.weights.embedding, ids.ravel())
    hidden, unseen = embeddings.reshape(*ids.shape, -1), jnp.asarray(blocked)
    for weights, view in zip(model.weights.blocks, model.views, strict=True):
        report()
        hidden = _layer(model.config.block, weights, replace(view, blocked=unseen), hidden).block_until_ready()
    return hidden


def _response_rows(model: Decoder, request: AblateRequest, output: Array) -> NDArray[np.float64]:
    """Log-probabilities of the response after each version, shape [versions, tokens]."""
    config, weights, length = model.config, model.weights, output.shape[1]
    firsts = [version * length + len(prompt) - 1 for version, prompt in enumerate(request.prompts)]
    positions = np.add.outer(firsts, np.arange(len(request.response))).astype(np.int32).ravel()
    following = np.tile(np.asarray(request.response, np.int32), len(request.prompts))
    in_a_row = output.reshape(1, -1, output.shape[2])
    found = []
    for rows in batches(len(positions), ROWS_AT_ONCE):
        at, next_ids = padded(positions[rows], ROWS_AT_ONCE), padded(following[rows], ROWS_AT_ONCE)
        log_probs = log_probs_at(config, weights.embedding, weights.final_norm, in_a_row, at, next_ids)
        found.append(np.asarray(log_probs, np.float64)[: rows.stop - rows.start])
    return np.concatenate(found).reshape(len(request.prompts), -1)


def _finite(log_probs: NDArray[np.float64]) -> NDArray[np.float64]:
    if np.isfinite(log_probs).all():
        return log_probs
    message = (
        "The model gave probabilities that are not numbers. Its weights may be damaged, or too large for the number "
        "format: download the model again, or load it with the dtype float32."
    )
    raise EngineError(message)
