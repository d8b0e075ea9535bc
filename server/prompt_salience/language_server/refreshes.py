"""Telling the client that what it shows of scores is old.

Decisions:
- Requests to refresh are gathered for a moment, so that a run that changes everything asks once.
- A client is asked only for what it says it can refresh. Nobody waits for its answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pygls.capabilities import get_capability
from pygls.lsp.server import LanguageServer

_MOMENT = 0.01


class Refreshes:
    """Requests to ask again for tokens, hints and lenses."""

    def __init__(self, ls: LanguageServer) -> None:
        self._ls = ls
        self._wanted: dict[str, Callable[[None], object]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def scores(self) -> None:
        """Influence has changed: tokens, hints and lenses."""
        self._want("semantic_tokens", self._ls.workspace_semantic_tokens_refresh)
        self._want("inlay_hint", self._ls.workspace_inlay_hint_refresh)
        self.lenses()

    def analysis(self) -> None:
        """A newer text has been analysed: a client that asked meanwhile was answered from the one before."""
        self._want("semantic_tokens", self._ls.workspace_semantic_tokens_refresh)
        self.lenses()

    def lenses(self) -> None:
        """What lenses say has changed."""
        self._want("code_lens", self._ls.workspace_code_lens_refresh)

    def _want(self, what: str, ask: Callable[[None], object]) -> None:
        if not get_capability(self._ls.client_capabilities, f"workspace.{what}.refresh_support", default=False):
            return
        self._wanted[what] = ask
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_MOMENT, self._ask)

    def _ask(self) -> None:
        wanted, self._wanted, self._timer = self._wanted, {}, None
        for ask in wanted.values():
            ask(None)
