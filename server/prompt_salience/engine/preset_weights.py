"""A decoder's weights from the files of a Keras preset, in one pass and without a second copy.

Decisions:
- Keras says what the layers are; the numbers are read from its files by their places in them, which every version of
  its format has had. Keras's own reading makes a copy of each array, and then this engine another.
- What is not where it is expected, of another shape or not made of floating-point numbers is for Keras to read, or to
  name what is wrong with it.
- A vision encoder's weights are not read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import h5py
import jax.numpy as jnp
from jax import Array
from numpy.typing import NDArray

from prompt_salience.engine.aligned import aligned
from prompt_salience.engine.config import DecoderConfig
from prompt_salience.engine.keras_layers import HEADS_IN_COLUMNS, PLACES
from prompt_salience.engine.placement import Placement
from prompt_salience.engine.preset import Preset
from prompt_salience.engine.stored_arrays import Report, in_per_cent, read_into
from prompt_salience.engine.weight_files import StoredDataset, opened, plain_dataset
from prompt_salience.engine.weights import BlockWeights, DecoderWeights, block_shapes
from prompt_salience.engine_client.protocol import Progress

_EMBEDDING, _FINAL_NORM = "layers/reversible_embedding", "layers/rms_normalization"


@dataclass(frozen=True)
class _Source:
    """A weight's name, the array in a file that it is read from, and its own shape."""

    weight: str
    dataset: StoredDataset
    shape: tuple[int, ...]

    @property
    def heads_in_columns(self) -> bool:
        """Whether the heads of the array become columns."""
        return self.weight in HEADS_IN_COLUMNS

    def target(self, weight: NDArray[Any]) -> NDArray[Any]:
        """The weight in the order of the dataset: a view."""
        if not self.heads_in_columns:
            return weight.reshape(self.dataset.shape)
        heads, hidden, head = self.dataset.shape
        return weight.reshape(hidden, heads, head).transpose(1, 0, 2)

    @property
    def fits(self) -> bool:
        """Whether the dataset holds just these numbers."""
        found = self.dataset.shape
        if not self.heads_in_columns:
            return math.prod(found) == math.prod(self.shape) and found[-1] == self.shape[-1]
        return len(found) == len(("heads", "hidden", "head")) and (found[1], found[0] * found[2]) == self.shape


def read_weights(
    preset: Preset, names: Iterable[str], config: DecoderConfig, dtype: str, placement: Placement, progress: Progress
) -> DecoderWeights | None:
    """Read the weights of a preset from its files.

    Args:
        preset: the preset.
        names: which weights a block has.
        config: the config of the whole model.
        dtype: the number format to bring the weights into.
        placement: where to lay them.
        progress: called with ``loading`` and the per cent that are read, every few megabytes; may raise to cancel.

    Returns:
        The weights, or None where Keras has to read them.
    """
    places = _block_places(preset.architecture.block, len(config.layers))
    with opened(preset.weight_files) as files:
        sources = _sources(files, _wanted(places, tuple(names), config))
        if sources is None:
            return None
        report = in_per_cent(sum(source.dataset.nbytes for source in sources.values()), progress)
        weights = {place: _read(source, dtype, placement, report) for place, source in sources.items()}
    blocks = tuple(_block(weights, place) for place in places)
    return DecoderWeights(weights[_EMBEDDING], blocks, weights[_FINAL_NORM])


_Wanted = dict[str, tuple[str, tuple[int, ...]]]


def _sources(files: tuple[h5py.File, ...], wanted: _Wanted) -> dict[str, _Source] | None:
    """All weights by their places in the files; None where one is not what it should be."""
    sources = {}
    for place, (weight, shape) in wanted.items():
        dataset = plain_dataset(files, f"{place}/vars/0")
        source = dataset and _Source(weight, dataset, shape)
        if not source or not source.fits:
            return None
        sources[place] = source
    return sources


def _wanted(places: tuple[str, ...], names: tuple[str, ...], config: DecoderConfig) -> _Wanted:
    """Each place with the name and the shape of the weight in it."""
    wanted: _Wanted = {
        _EMBEDDING: ("embedding", (config.vocabulary_size, config.hidden_dim)),
        _FINAL_NORM: ("final_norm", (config.hidden_dim,)),
    }
    shapes = block_shapes(config)
    for place in places:
        wanted |= {f"{place}/{PLACES[weight]}": (weight, shapes[weight]) for weight in names}
    return wanted


def _block_places(block: str, count: int) -> tuple[str, ...]:
    """Keras tells layers of one class apart by numbers, from the second on."""
    return tuple(f"layers/{block}_{index}" if index else f"layers/{block}" for index in range(count))


def _block(weights: dict[str, Array], place: str) -> BlockWeights:
    held: dict[str, Any] = {weight: weights.get(f"{place}/{PLACES[weight]}") for weight in PLACES}
    return BlockWeights(**held)


def _read(source: _Source, dtype: str, placement: Placement, report: Report) -> Array:
    weight = aligned(source.shape, jnp.dtype(dtype))
    read_into(source.target(weight), source.dataset, report)
    return placement.laid(source.weight, weight)
