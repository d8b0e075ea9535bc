"""How much memory a loaded model may spend on what only saves time."""

from __future__ import annotations

from prompt_salience.engine.free_memory import Memory

_MOST = 4 * 1024**3


def spare_bytes(memory: Memory) -> int:
    """A quarter of what is free once the weights are in their place, and no more than 4 GiB."""
    return _MOST if memory.free is None else min(memory.free // 4, _MOST)
