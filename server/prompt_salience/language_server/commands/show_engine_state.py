"""``promptSalience.showEngineState``: no arguments. Says what the engine is doing, and returns it as an object."""

from __future__ import annotations

from typing import Any

from prompt_salience.engine_client.status import EngineStatus
from prompt_salience.language_server.server import Server, status_as_object

NAME = "promptSalience.showEngineState"


async def execute(ls: Server, *_arguments: Any) -> dict[str, Any]:
    """Tell the user, and the client."""
    status = ls.engine.status
    ls.messages.info(_in_words(status))
    return status_as_object(status)


def _in_words(status: EngineStatus) -> str:
    times = f"{status.restarts} times" if status.restarts > 1 else "once"
    details = (
        f"model {status.model}" if status.model else "",
        f"process {status.pid}" if status.pid else "",
        f"restarted {times}" if status.restarts else "",
    )
    known = ", ".join(detail for detail in details if detail)
    return f"The engine is {status.state}{': ' if known else ''}{known}. {status.message}".strip()
