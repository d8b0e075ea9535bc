"""``promptSalience.showDebugInformation``: no arguments. Returns versions, latencies and the state of the engine."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any

from prompt_salience.language_server.server import Server, status_as_object
from prompt_salience.version import VERSION

NAME = "promptSalience.showDebugInformation"


async def execute(ls: Server, *_arguments: Any) -> dict[str, Any]:
    """What a report of a fault should hold; nothing of any prompt."""
    return {
        "version": VERSION,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "pygls": version("pygls"),
        "engine": status_as_object(ls.engine.status),
        "openDocuments": sum(1 for _ in ls.documents),
        "promptFiles": sum(1 for _ in ls.files),
        "jobs": sum(1 for _ in ls.jobs),
        "longestTurnMs": round(ls.latency.longest_turn * 1000, 1),
        "answers": ls.latency.table(),
    }
