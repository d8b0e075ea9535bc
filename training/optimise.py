"""Optimisation: weighted loss over chosen positions, gradient accumulation, Muon and Adam.

Decisions
- Muon for the matrices inside the layers, Adam for the embedding and the norms, at rates of a fixed
  ratio. The rate scales the finished updates, so that one compiled step serves every stage.
- Logits are computed only at positions that weigh something, gathered into one padded list.
- A batch is worked off in micro-batches that fit the processor's cache.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from optax.contrib import MuonDimensionNumbers, muon

from network import MATRICES, Array, Parameters, Shape, hidden_states, logits
from spans import Role

ROLE_COUNT = len(Role)
DECAY = 0.02
ADAM_SHARE = 0.3
"""Adam's learning rate as a share of Muon's."""


class Batch(NamedTuple):
    """Micro-batches: tokens [m, b, length]; positions (flat), targets, weights and roles [m, targets]."""

    tokens: Array
    positions: Array
    targets: Array
    weights: Array
    roles: Array


class Tally(NamedTuple):
    """Per role: summed loss, right guesses and count, each [roles]."""

    loss: Array
    right: Array
    count: Array


def rate_at(step: int, peak: float, steps: int, warm_up: int, cooling: float) -> float:
    """Return the learning rate of a step: warm-up, a plateau, and a descent to zero over the share ``cooling``."""
    rising = min(1.0, (step + 1) / warm_up)
    falling = min(1.0, (steps - step) / max(1.0, steps * cooling))
    return peak * min(rising, falling)


def _is_matrix(path: tuple[Any, ...]) -> bool:
    return getattr(path[-1], "key", None) in MATRICES


def _muon_dimensions(parameters: Parameters) -> Any:
    def dimensions(path: tuple[Any, ...], _: Array) -> MuonDimensionNumbers | None:
        return MuonDimensionNumbers() if _is_matrix(path) else None

    return jax.tree_util.tree_map_with_path(dimensions, parameters)


def optimiser() -> optax.GradientTransformation:
    """Return clipping at norm 1, then Muon for matrices and Adam for the rest, all at learning rate 1."""
    return optax.chain(
        optax.clip_by_global_norm(1.0),
        muon(
            1.0,
            weight_decay=DECAY,
            adam_learning_rate=ADAM_SHARE,
            adam_b2=0.98,
            adam_weight_decay=DECAY,
            muon_weight_dimension_numbers=_muon_dimensions,
        ),
    )


def _loss(parameters: Parameters, batch: Batch, shape: Shape) -> tuple[Array, Tally]:
    """Return the summed weighted loss of one micro-batch, and its tally."""
    hidden = hidden_states(parameters, parameters["embedding"][batch.tokens], shape)
    scores = logits(parameters, hidden[batch.positions], shape)
    picked = (scores * jax.nn.one_hot(batch.targets, shape.vocabulary)).sum(-1)
    losses = jax.nn.logsumexp(scores, -1) - picked
    right = (picked >= scores.max(-1)).astype(jnp.float32)
    roles = jax.nn.one_hot(batch.roles, ROLE_COUNT, dtype=jnp.float32) * (batch.weights > 0)[:, None]
    return (losses * batch.weights).sum(), Tally(losses @ roles, right @ roles, roles.sum(0))


def make_step(shape: Shape, transformation: optax.GradientTransformation) -> Callable[..., Any]:
    """Return the compiled step (parameters, state, batch, rate) -> (parameters, state, mean loss, tally)."""

    @jax.jit
    def step(parameters: Parameters, state: Any, batch: Batch, rate: float) -> tuple[Parameters, Any, Array, Tally]:
        def accumulate(carry: Any, micro: Batch) -> tuple[Any, None]:
            (loss, tally), gradient = jax.value_and_grad(_loss, has_aux=True)(parameters, micro, shape)
            return jax.tree.map(jnp.add, carry, (gradient, loss, tally)), None

        zeros = jnp.zeros(ROLE_COUNT)
        start = (jax.tree.map(jnp.zeros_like, parameters), jnp.zeros(()), Tally(zeros, zeros, zeros))
        (gradient, loss, tally), _ = jax.lax.scan(accumulate, start, batch)
        total = batch.weights.sum()
        gradient = jax.tree.map(lambda leaf: leaf / total, gradient)
        updates, state = transformation.update(gradient, state, parameters)
        updates = jax.tree.map(lambda leaf: rate * leaf, updates)
        return optax.apply_updates(parameters, updates), state, loss / total, tally

    return step
