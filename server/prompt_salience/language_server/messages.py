"""What the server says to its user: few words, and only when there is something to do or to decide.

Decisions:
- A client that cannot show a request for a choice gets none; commands take the choice as an argument as well.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

_log = logging.getLogger(__name__)


class Messages:
    """Messages to the user of one client."""

    def __init__(self, ls: LanguageServer) -> None:
        self._ls = ls
        self._asking: set[asyncio.Task[None]] = set()

    def error(self, message: str) -> None:
        """Say that something did not work."""
        self._show(types.MessageType.Error, message)

    def warning(self, message: str) -> None:
        """Say that something is odd."""
        self._show(types.MessageType.Warning, message)

    def info(self, message: str) -> None:
        """Answer a question."""
        self._show(types.MessageType.Info, message)

    def offer(self, message: str, action: str, act: Callable[[], object]) -> None:
        """Say that something did not work, and offer one thing to do about it."""
        self.offer_any(message, {action: act})

    def offer_any(self, message: str, actions: Mapping[str, Callable[[], object]]) -> None:
        """Say that something did not work, and offer several things to do about it, by title."""

        async def chosen(title: str) -> None:
            if title in actions:
                actions[title]()

        self.ask(message, list(actions), chosen, types.MessageType.Error)

    def ask(
        self,
        message: str,
        choices: Sequence[str],
        chosen: Callable[[str], Awaitable[None]],
        kind: types.MessageType = types.MessageType.Info,
    ) -> None:
        """Have the user choose one of several; ``chosen`` is called unless nothing is."""
        task = asyncio.create_task(self._ask(message, choices, chosen, kind))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def _ask(
        self, message: str, choices: Sequence[str], chosen: Callable[[str], Awaitable[None]], kind: types.MessageType
    ) -> None:
        actions = [types.MessageActionItem(title) for title in choices]
        try:
            answer = await self._ls.window_show_message_request_async(
                types.ShowMessageRequestParams(kind, message, actions)
            )
        except JsonRpcException as error:
            _log.warning("The client cannot ask its user: %s", error)
            return
        if answer:
            await chosen(answer.title)

    def _show(self, kind: types.MessageType, message: str) -> None:
        self._ls.window_show_message(types.ShowMessageParams(kind, message))
