"""How much memory is free where the model is going to be.

Decisions:
- On a CPU: what Linux says can be had without swapping (``MemAvailable``), and no more than the control groups of this
  process leave it, as containers have them. Files that a group keeps in memory are let go when it needs the room.
- Other systems only tell how much memory there is in all, or nothing: a model too large for that is too large.
- On an accelerator: what JAX may take of its memory, less what it has taken. Of several, the fullest counts.
- Several devices that are all this machine's processor, as tests simulate them, share its memory.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jax

_KIB = 1024
_MOST_KEPT = 4 * 1024**3
_ROOT = Path("/")


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes of one device: free ones and all; None where the system does not tell."""

    device: str
    free: int | None
    total: int | None


def device_memory(count: int = 1) -> Memory:
    """What each of the first ``count`` devices has for its part of a model."""
    from prompt_salience.engine.devices import devices_of_a_kind

    devices = devices_of_a_kind()[:count]
    if devices[0].platform == "cpu":
        return _shared(host_memory(), count)
    return min(map(_accelerator_memory, devices), key=lambda memory: math.inf if memory.free is None else memory.free)


def _shared(memory: Memory, count: int) -> Memory:
    return Memory(memory.device, None if memory.free is None else memory.free // count, memory.total)


def _accelerator_memory(device: jax.Device) -> Memory:
    found = device.memory_stats() or {}
    limit, used = found.get("bytes_limit"), found.get("bytes_in_use", 0)
    return Memory(device.device_kind, None if limit is None else limit - used, limit)


def host_memory(root: Path = _ROOT) -> Memory:
    """The memory of this machine, whose file system begins at ``root``."""
    told = _meminfo(root / "proc" / "meminfo")
    total = told.get("MemTotal", _all_memory())
    bounds = [told.get("MemAvailable", total), *_group_bounds(root)]
    return Memory("this machine", min((bound for bound in bounds if bound is not None), default=None), total)


def _meminfo(path: Path) -> dict[str, int]:
    """The lines of ``/proc/meminfo`` in bytes."""
    if not path.is_file():
        return {}
    lines = (line.split() for line in path.read_text(encoding="ascii").splitlines())
    return {words[0].rstrip(":"): int(words[1]) * _KIB for words in lines}


def _all_memory() -> int | None:
    """All memory of the machine, where Python can tell."""
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return None
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _group_bounds(root: Path) -> Iterator[int]:
    """What each control group of this process leaves it, in version 2 and version 1 of control groups."""
    groups = root / "sys" / "fs" / "cgroup"
    for version, place in _groups_of_this_process(root / "proc" / "self" / "cgroup"):
        folder = groups if version == 2 else groups / "memory"
        names = _VERSION_2 if version == 2 else _VERSION_1
        for part in (place, *place.parents):
            bound = _group_bound(folder / part, *names)
            if bound is not None:
                yield bound


_VERSION_1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
_VERSION_2 = ("memory.max", "memory.current", "inactive_file")


def _groups_of_this_process(path: Path) -> Iterator[tuple[int, Path]]:
    """The version and the place of each group, from lines such as ``0::/user.slice`` or ``4:memory:/box``."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for line in lines:
        number, controllers, place = line.split(":", 2)
        if number == "0" and not controllers:
            yield 2, Path(place.lstrip("/"))
        elif "memory" in controllers.split(","):
            yield 1, Path(place.lstrip("/"))


def _group_bound(folder: Path, limit_name: str, used_name: str, cached_name: str) -> int | None:
    """What a group leaves, or None where it sets no limit."""
    limit, used = _number(folder / limit_name), _number(folder / used_name)
    if limit is None or used is None:
        return None
    return max(0, limit - used + _statistic(folder / "memory.stat", cached_name))


def _number(path: Path) -> int | None:
    text = path.read_text(encoding="ascii").strip() if path.is_file() else ""
    return int(text) if text.isdecimal() else None


def _statistic(path: Path, name: str) -> int:
    lines = path.read_text(encoding="ascii").splitlines() if path.is_file() else []
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name} ")), 0)
