"""Where compiled code is kept between starts, so that only the first start of a model compiles.

Decisions:
- The user's cache directory as the platform has it; ``PROMPT_SALIENCE_CACHE`` names another.
- Compiled code is for one processor: each kind of processor has a folder of its own, so that a home directory shared by
  several machines works on all of them.
- A cache that cannot be written is done without: it only costs time.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from pathlib import Path

VARIABLE = "PROMPT_SALIENCE_CACHE"
_LARGEST = 512 * 1024 * 1024


def cache_directory() -> Path:
    """Where this program keeps what it can make again."""
    if os.environ.get(VARIABLE):
        return Path(os.environ[VARIABLE]).expanduser()
    return _platform_caches() / "prompt-salience"


def _platform_caches() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


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
