"""Where this program keeps what it can make again.

Decisions:
- The user's cache directory as the platform has it; ``PROMPT_SALIENCE_CACHE`` names another.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

VARIABLE = "PROMPT_SALIENCE_CACHE"


def cache_directory() -> Path:
    """The directory, which need not exist yet."""
    if os.environ.get(VARIABLE):
        return Path(os.environ[VARIABLE]).expanduser()
    return _platform_caches() / "prompt-salience"


def _platform_caches() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
