"""Where compiled code is kept between starts, so that only the first start of a model compiles.

Decisions:
- Compiled code is for one processor: each kind of processor has a folder of its own, so that a home directory shared by
  several machines works on all of them.
- A cache that cannot be written is done without: it only costs time.
"""

from __future__ import annotations

import hashlib
import platform
from pathlib import Path

from prompt_salience.engine_client.cache_directory import cache_directory

_LARGEST = 512 * 1024 * 1024


def keep_compiled_code() -> None:
    """Tell JAX to keep what it compiles from now on, and to use what it has kept."""
    import jax

    folder = cache_directory() / "compiled" / _processor()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return
    settings = {
        "jax_compilation_cache_dir": str(folder),
        "jax_compilation_cache_max_size": _LARGEST,
        "jax_persistent_cache_min_compile_time_secs": 0.0,
    }
    for name, value in settings.items():
        jax.config.update(name, value)  # type: ignore[no-untyped-call]


def _processor() -> str:
    """A short name for this kind of processor."""
    features = f"{platform.machine()} {platform.processor()} {_linux_features()}"
    return hashlib.sha256(features.encode()).hexdigest()[:16]


def _linux_features() -> str:
    path = Path("/proc/cpuinfo")
    if not path.is_file():
        return ""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    named = ("flags", "Features", "model name", "CPU part")
    return " ".join(sorted({line for line in lines if line.startswith(named)}))
