"""How a decoder's arrays are divided among several devices: which axis of each weight, and into how many parts.

Decisions:
- Which axis a weight is divided along is what a layout says. Where that axis cannot be divided evenly, the other one
  is; where neither can, every device holds the whole weight.
- Heads are never cut: a device computes whole heads. Keys and values are divided where key and value heads are.
- What flows from layer to layer is small beside the weights, and whole on every device.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from prompt_salience.engine.config import DecoderConfig

Layout = Mapping[str, int]
"""The axis along which each weight is to be divided, by the weight's name; it lacks those that are not."""


@dataclass(frozen=True, slots=True)
class Division:
    """A number of devices, and the axis along which each weight that is divided among them is.

    Attributes:
        count: number of devices.
        axes: by the weight's name, as in ``BlockWeights`` and ``DecoderWeights``.
    """

    count: int = 1
    axes: Mapping[str, int] = field(default_factory=dict)

    def share(self, weight: str) -> int:
        """Into how many parts a weight is divided."""
        return self.count if weight in self.axes else 1

    @property
    def heads(self) -> int:
        """Into how many parts keys, values and what is computed from them are divided."""
        return self.count if self.axes.get("key") == 1 else 1

    @property
    def feedforward(self) -> int:
        """Into how many parts the inside of a feed-forward network is divided."""
        return self.count if self.axes.get("gate") == 1 else 1

    @property
    def vocabulary(self) -> int:
        """Into how many parts logits are divided."""
        return self.count if self.axes.get("embedding") == 0 else 1


UNDIVIDED = Division()


def divided(config: DecoderConfig, layout: Layout, count: int) -> Division:
    """The division of a decoder among ``count`` devices that comes closest to a layout."""
    if count == 1:
        return UNDIVIDED
    sizes = divisible_sizes(config)
    axes = ((weight, _axis(sizes[weight], axis, count)) for weight, axis in layout.items())
    return Division(count, {weight: axis for weight, axis in axes if axis is not None})


def _axis(sizes: tuple[int, int], wanted: int, count: int) -> int | None:
    return next((axis for axis in (wanted, 1 - wanted) if sizes[axis] % count == 0), None)


def divisible_sizes(config: DecoderConfig) -> dict[str, tuple[int, int]]:
    """The shape of every weight matrix; an axis of heads is as long as there are heads."""
    hidden, feedforward = config.hidden_dim, config.feedforward_dim
    queries, keys = config.block.query_heads, config.block.key_value_heads
    return {
        "embedding": (config.vocabulary_size, hidden),
        "query": (hidden, queries),
        "key": (hidden, keys),
        "value": (hidden, keys),
        "attention_output": (queries, hidden),
        "gate": (hidden, feedforward),
        "up": (hidden, feedforward),
        "down": (feedforward, hidden),
    }
