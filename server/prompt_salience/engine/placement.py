"""Where a decoder's arrays lie: on one device, or divided among several of a kind.

Decisions:
- Compiled functions are not told how to divide their work: XLA sees it in how the weights lie. Only what is handed on
  is held in one place: hidden states whole on every device, keys and values by heads, what a weight gave by columns.
  Otherwise XLA might choose another place from call to call, and compile again.
- On one device nothing is said of places at all: arrays are where JAX puts them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import jax
import numpy as np
from jax import Array, lax
from jax.sharding import Mesh, NamedSharding, PartitionSpec
from numpy.typing import NDArray

from prompt_salience.engine.config import DecoderConfig
from prompt_salience.engine.division import UNDIVIDED, Division
from prompt_salience.engine.weights import BlockWeights, DecoderWeights

_DEVICES = "devices"
_THIRD = 2

_Arrays = TypeVar("_Arrays")


def mesh_of(devices: Sequence[jax.Device]) -> Mesh | None:
    """The devices in a row; None for a single one."""
    return Mesh(np.array(devices), (_DEVICES,)) if len(devices) > 1 else None


def on_devices(config: DecoderConfig, mesh: Mesh | None) -> DecoderConfig:
    """The config of the same model, to be computed on these devices."""
    return replace(config, block=replace(config.block, mesh=mesh))


def device_count(config: DecoderConfig) -> int:
    """On how many devices a model with this config lies."""
    return 1 if config.block.mesh is None else config.block.mesh.size


@dataclass(frozen=True)
class Placement:
    """Devices, and how weights are divided among them."""

    mesh: Mesh | None = None
    division: Division = UNDIVIDED

    def laid(self, weight: str, numbers: NDArray[Any] | Array) -> Array:
        """A weight of that name on its devices; the caller must not change the numbers any more."""
        place = None if self.mesh is None else _place(self.mesh, self.division.axes.get(weight))
        laid: Array = jax.device_put(numbers, place, may_alias=True)
        return laid

    def laid_weights(self, weights: DecoderWeights) -> DecoderWeights:
        """All weights of a decoder on their devices."""
        if self.mesh is None:
            return weights
        blocks = tuple(self._laid_block(block) for block in weights.blocks)
        embedding, final_norm = self.laid("embedding", weights.embedding), self.laid("final_norm", weights.final_norm)
        return DecoderWeights(embedding, blocks, final_norm)

    def _laid_block(self, block: BlockWeights) -> BlockWeights:
        held: dict[str, Any] = {field.name: getattr(block, field.name) for field in fields(block)}
        held |= {weight: self.laid(weight, numbers) for weight, numbers in held.items() if numbers is not None}
        return BlockWeights(**held)


def whole(mesh: Mesh | None, arrays: _Arrays) -> _Arrays:
    """Arrays, whole on every device."""
    laid: _Arrays = jax.device_put(arrays, divided_place(mesh, 1))
    return laid


def divided_place(mesh: Mesh | None, parts: int) -> NamedSharding | None:
    """Where an array lies that is of so many parts along its third axis; None where JAX puts it.

    It is divided if that is even, as keys are by heads and what a weight gave by columns; otherwise it is whole on
    every device.
    """
    return None if mesh is None else _place(mesh, None if parts % mesh.size else _THIRD)


def kept_divided(mesh: Mesh | None, numbers: Array, parts: int) -> Array:
    """An array, inside a compiled function, where ``divided_place`` says."""
    place = divided_place(mesh, parts)
    if place is None:
        return numbers
    kept: Array = lax.with_sharding_constraint(numbers, place)  # type: ignore[no-untyped-call]
    return kept


def kept_whole(mesh: Mesh | None, numbers: Array) -> Array:
    """An array, inside a compiled function, whole on every device."""
    return kept_divided(mesh, numbers, 1)


def _place(mesh: Mesh, axis: int | None) -> NamedSharding:
    """Divided along an axis, or whole on every device."""
    axes = () if axis is None else (*(None,) * axis, _DEVICES)
    spec: PartitionSpec = PartitionSpec(*axes)  # type: ignore[no-untyped-call]
    return NamedSharding(mesh, spec)
