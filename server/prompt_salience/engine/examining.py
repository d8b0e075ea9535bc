"""Examining the engine on this machine: its devices, and whether a small model writes and explains as it should.

Decisions:
- Scores are checked by what they mean: ``grad_dot_input`` of a token is how fast the target's log-probability grows
  as the token's embedding does. The embedding is made a little longer and a little shorter, and the model run on both.
- The check takes the tokens with the largest scores, where rounding in float32 is small beside the difference.
"""

from __future__ import annotations

import time
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from prompt_salience.engine.compiling import compiled
from prompt_salience.engine.config import BlockConfig
from prompt_salience.engine.decoder_block import decoder_block
from prompt_salience.engine.examination import Device, Examination, SelfTest, TokenCheck
from prompt_salience.engine.forward import Decoder, embedded, padded_ids
from prompt_salience.engine.free_memory import host_memory
from prompt_salience.engine.gemma_engine import GemmaEngine
from prompt_salience.engine.head_rows import log_probs_of
from prompt_salience.engine.load import load_parts
from prompt_salience.engine.positions import LayerView
from prompt_salience.engine.targets import rows_of
from prompt_salience.engine.weights import BlockWeights
from prompt_salience.engine_client.protocol import ExplainRequest, Method, Progress, SamplingSettings

PROMPT = "Taste: sweet and sour. Dish: a lemon tart with eggs. Analysis:"
TOLERANCE = 0.02
"""How far a score may be from the difference, as a share of the largest score."""

_NEW_TOKENS = 12
_CHECKED = 4
_STEP = 0.005


def examination(model: Path, progress: Progress) -> Examination:
    """Examine the devices, then the engine with a small model.

    Raises:
        EngineError: the model cannot be loaded or run at all.
    """
    test = _self_test(model, progress)
    return Examination(tuple(_device(device) for device in jax.devices()), test)


def _device(device: jax.Device) -> Device:
    if device.platform == "cpu":
        memory = host_memory()
        return Device(str(device), device.device_kind, memory.free, memory.total)
    found = device.memory_stats() or {}
    limit = found.get("bytes_limit")
    free = None if limit is None else limit - found.get("bytes_in_use", 0)
    return Device(str(device), device.device_kind, free, limit)


def _self_test(path: Path, progress: Progress) -> SelfTest:
    started = time.perf_counter()
    info, model, tokenizer = load_parts(path, progress=progress)
    engine = GemmaEngine(info, model, tokenizer)
    prompt = engine.tokenize(PROMPT, start=True)
    *_, response = engine.generate([token.id for token in prompt], SamplingSettings(_NEW_TOKENS), progress)
    ids = tuple(token.id for token in (*prompt, *response.tokens))
    checks = _checks(engine, model, ids, len(prompt), progress) if response.tokens else ()
    names = tuple(TokenCheck(prompt[at].text, score, difference) for at, score, difference in checks)
    seconds = time.perf_counter() - started
    return SelfTest(info.name, info.dtype, info.devices, response.text, names, seconds, _fault(names))


def _checks(
    engine: GemmaEngine, model: Decoder, ids: tuple[int, ...], start: int, progress: Progress
) -> list[tuple[int, float, float]]:
    """Positions in the prompt with their scores and their differences."""
    target = (start, len(ids))
    explained = engine.explain(ExplainRequest(ids, (target,), Method.GRAD_DOT_INPUT), progress)
    scores = explained.scores[0, :start]
    largest = np.argsort(-np.abs(scores))[:_CHECKED]
    return [(int(at), float(scores[at]), _difference(model, ids, target, int(at))) for at in largest]


def _difference(model: Decoder, ids: tuple[int, ...], target: tuple[int, int], at: int) -> float:
    longer, shorter = (_log_prob(model, ids, target, at, 1 + step) for step in (_STEP, -_STEP))
    return (longer - shorter) / (2 * _STEP)


def _log_prob(model: Decoder, ids: tuple[int, ...], target: tuple[int, int], at: int, factor: float) -> float:
    """The log-probability of the target with one token's embedding made longer by a factor."""
    _, hidden = embedded(model.config.embedding_scale, model.weights.embedding, padded_ids(ids))
    hidden = hidden.at[:, at].multiply(jnp.asarray(factor, hidden.dtype))
    for weights, view in zip(model.weights.blocks, model.views, strict=True):
        hidden = _layer(model.config.block, weights, view, hidden)
    return float(log_probs_of(model, hidden, ids, rows_of(target)).sum())


@compiled(static=("config",))
def _layer(config: BlockConfig, weights: BlockWeights, view: LayerView, hidden: Array) -> Array:
    return decoder_block(config, weights, view, hidden)[0]


def _fault(checks: tuple[TokenCheck, ...]) -> str:
    if not checks:
        return "The model wrote nothing."
    largest = max(abs(check.score) for check in checks)
    if all(abs(check.score - check.difference) <= TOLERANCE * largest for check in checks):
        return ""
    return "Scores differ from finite differences: explanations on this machine cannot be trusted."
