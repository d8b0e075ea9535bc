"""``promptSalience.restartEngine``: no arguments."""

from __future__ import annotations

from typing import Any

from prompt_salience.language_server.server import Server
from prompt_salience.language_server.threads import in_thread

NAME = "promptSalience.restartEngine"


async def execute(ls: Server, *_arguments: Any) -> None:
    """End the engine process and start another; what was explained stays."""
    ls.jobs.cancel_all()
    await in_thread(ls.engine.restart, "restart of the engine")
