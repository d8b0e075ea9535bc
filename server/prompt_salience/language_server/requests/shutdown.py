"""``shutdown``: leave nothing behind."""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.language_server.server import Server
from prompt_salience.language_server.threads import in_thread

METHOD = types.SHUTDOWN
OPTIONS = None


async def answer(ls: Server, _params: None) -> None:
    """End every job, and the engine process."""
    ls.jobs.cancel_all()
    ls.responses.close_all()
    await in_thread(ls.engine.stop, "end of the engine")
