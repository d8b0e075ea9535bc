"""Work-done progress of the protocol, for jobs that the server begins.

Decisions:
- A client that cannot show it gets none; the job is the same.
- A token is forgotten when its job is over; pygls would keep it for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from prompt_salience.language_server.progress import Report


class WorkDone:
    """The progress of one job; ``token`` is its id."""

    def __init__(self, ls: LanguageServer, token: str) -> None:
        self._ls = ls
        self._token = token
        self._begun = False

    async def begin(self, title: str, cancel: Callable[[], None]) -> None:
        """Have the client show it, with a way to call it off."""
        if not get_capability(self._ls.client_capabilities, "window.work_done_progress", default=False):
            return
        progress = self._ls.work_done_progress
        try:
            await progress.create_async(self._token)
        except JsonRpcException:
            return

        def cancelled(future: Future[object]) -> None:
            if future.cancelled():
                cancel()

        progress.tokens[self._token].add_done_callback(cancelled)
        self._begun = True
        begin = types.WorkDoneProgressBegin(title, cancellable=True, percentage=0)
        progress.begin(self._token, begin)

    def report(self, report: Report) -> None:
        """Show how far it is."""
        if self._begun:
            value = types.WorkDoneProgressReport(message=report.text, percentage=report.percentage, cancellable=True)
            self._ls.work_done_progress.report(self._token, value)

    def end(self, text: str) -> None:
        """Take it away."""
        if self._begun:
            self._begun = False
            self._ls.work_done_progress.end(self._token, types.WorkDoneProgressEnd(message=text))
        self._ls.work_done_progress.tokens.pop(self._token, None)
