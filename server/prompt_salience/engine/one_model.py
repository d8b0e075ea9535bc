"""The model that the engine process has loaded: never two.

Decisions:
- The old model is let go before the new one is read, not after: together they may not fit into memory. If the new one
  cannot be loaded there is none, and the next request loads the one it names.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

from prompt_salience.engine_client.protocol import Engine, Progress
from prompt_salience.engine_client.wire import ModelAddress

LoadModel = Callable[[ModelAddress, Progress], Engine]


class OneModel:
    """At most one loaded model."""

    def __init__(self, load: LoadModel) -> None:
        self._load = load
        self._address: ModelAddress | None = None
        self._engine: Engine | None = None

    @property
    def name(self) -> str:
        """What the loaded model is called; empty when there is none."""
        return self._address.name if self._address else ""

    def holds(self, address: ModelAddress) -> bool:
        """Whether this model is the one that is loaded."""
        return self._address == address

    def get(self, address: ModelAddress, progress: Progress) -> Engine:
        """A model, loaded if it is not.

        Raises:
            ModelLoadError: it cannot be loaded; none is then.
        """
        if self._engine is not None and self.holds(address):
            return self._engine
        self._address, self._engine = None, None
        # A model's parts point at each other, and go only when they are looked for.
        gc.collect()
        self._engine = self._load(address, progress)
        self._address = address
        return self._engine
