"""Whether processes are gone."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterable


def running(pid: int) -> bool:
    """Whether a process is there, and does not only wait to be collected."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def assert_soon_gone(pids: Iterable[int], within: float = 1.0) -> None:
    """Fail if one of some processes does not end within so many seconds."""
    end = time.monotonic() + within
    while left := [pid for pid in pids if running(pid)]:
        assert time.monotonic() < end, f"still there: {left}"
        time.sleep(0.02)
