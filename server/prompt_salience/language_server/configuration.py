"""Settings as the client has them, for each workspace folder.

Decisions:
- A client with ``workspace/configuration`` is asked, for the whole and for each folder; one without says them when it
  begins (``initializationOptions``) and when they change.
- A command waits a moment for the client's first answer: it must not run the wrong model.
- What is wrong with the settings is said in one message, and once: not again with every change of something else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from prompt_salience.language_server.messages import Messages
from prompt_salience.language_server.settings import SECTION, Settings, checked_settings

_WHOLE = ""
_log = logging.getLogger(__name__)


class Configuration:
    """The settings of one client."""

    def __init__(self, ls: LanguageServer, messages: Messages) -> None:
        self._ls = ls
        self._messages = messages
        self._by_folder: dict[str, Settings] = {_WHOLE: Settings()}
        self._said: tuple[str, ...] = ()
        self._known = asyncio.Event()

    @property
    def whole(self) -> Settings:
        """The settings that hold where no folder has its own."""
        return self._by_folder[_WHOLE]

    def of(self, uri: str) -> Settings:
        """The settings for a document: those of the innermost workspace folder that it is in."""
        folders = [folder for folder in self._by_folder if folder and uri.startswith(folder.rstrip("/") + "/")]
        return self._by_folder[max(folders, key=len, default=_WHOLE)]

    def take(self, given: object) -> None:
        """Settings that the client sent by itself; with or without the name of their section."""
        if isinstance(given, Mapping) and SECTION in given:
            given = given[SECTION]
        self._put({_WHOLE: given})

    async def fetch(self) -> None:
        """Ask the client for its settings, if it can be asked."""
        try:
            if self.can_be_asked:
                await self._ask()
        finally:
            self._known.set()

    async def settle(self, patience: float) -> None:
        """Wait until the client has said its settings, but no longer than ``patience`` seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._known.wait(), patience)

    async def _ask(self) -> None:
        folders = list(self._ls.workspace.folders)
        items = [types.ConfigurationItem(scope_uri=folder or None, section=SECTION) for folder in (_WHOLE, *folders)]
        try:
            found = await self._ls.workspace_configuration_async(types.ConfigurationParams(items))
        except JsonRpcException as error:
            _log.warning("The client does not tell its settings: %s", error)
            return
        self._put(dict(zip((_WHOLE, *folders), found, strict=False)))

    @property
    def can_be_asked(self) -> bool:
        """Whether the client answers questions about settings."""
        return bool(get_capability(self._ls.client_capabilities, "workspace.configuration", default=False))

    def _put(self, given: Mapping[str, object]) -> None:
        checked = {folder: checked_settings(value) for folder, value in given.items()}
        self._by_folder = {_WHOLE: Settings(), **{folder: settings for folder, (settings, _) in checked.items()}}
        faults = tuple(dict.fromkeys(fault for _, found in checked.values() for fault in found))
        if faults and faults != self._said:
            self._messages.warning("Some settings are not used, their defaults are: " + " ".join(faults))
        self._said = faults
