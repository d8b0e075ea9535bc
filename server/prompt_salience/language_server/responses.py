"""Responses as documents beside their prompts: where each one is shown, and what it says.

Decisions:
- A client that asks for the contents of documents gets them under a scheme of our own; for any other one a response
  is a file in the cache directory, written anew as the model writes.
- Such files go when the prompt file is closed or the server ends. Some editors kill the server as soon as they have
  said goodbye; what it leaves then goes when another one shows a response.
- Where no file can be written the response is only in hovers and lenses, and that is said once.
- What an editor shows may be an older state than the one that is known by now. The last states are kept, so that a
  place in one of them can be told from the same place in another.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path

from prompt_salience.editor.response_document import ResponseDocument, response_document
from prompt_salience.language_server.prompt_file import PromptFile
from prompt_salience.language_server.response_files import (
    ENDING,
    SCHEME,
    remove_all,
    remove_left_over,
    remove_response,
    response_path,
    write_response,
)

_PAUSE = 0.1
_KEPT_STATES = 64


@dataclass
class _Shown:
    """One response document."""

    file: PromptFile
    uri: str
    path: Path | None
    states: OrderedDict[str, ResponseDocument] = field(default_factory=OrderedDict)
    timer: asyncio.TimerHandle | None = None
    failed: bool = False


class Responses:
    """The response documents of one client; lives on the event loop."""

    def __init__(self, ls: LanguageServer, complain: Callable[[str], None]) -> None:
        self._ls = ls
        self._complain = complain
        self._by_uri: dict[str, _Shown] = {}

    def file(self, uri: str) -> PromptFile | None:
        """The prompt file whose response a document shows."""
        shown = self._by_uri.get(uri)
        return shown.file if shown else None

    def uri(self, file: PromptFile) -> str | None:
        """The document that shows the response of a prompt file."""
        return next((shown.uri for shown in self._by_uri.values() if shown.file is file), None)

    def current(self, uri: str) -> ResponseDocument | None:
        """The document as it should be now."""
        shown = self._by_uri.get(uri)
        return self._document(shown) if shown else None

    def state(self, uri: str, text: str) -> ResponseDocument | None:
        """The document as it was when it had this text; None where that is not known any more."""
        shown = self._by_uri.get(uri)
        return shown.states.get(text) if shown else None

    def open(self, file: PromptFile, *, show: bool) -> None:
        """Have a document for the response of a prompt file, and ``show`` it beside the prompt unless it is there."""
        uri = self.uri(file)
        if uri is None:
            shown = self._new(file)
            uri, self._by_uri[shown.uri] = shown.uri, shown
            # An editor that opens a file before it is there does not see it come.
            self._write(shown)
        self.update(file)
        if show and get_capability(self._ls.client_capabilities, "window.show_document.support", default=False):
            self._ls.window_show_document(types.ShowDocumentParams(uri=uri, external=False, take_focus=False))

    def update(self, file: PromptFile) -> None:
        """Show what is known by now, soon; while the model writes, a few times a second."""
        for shown in self._by_uri.values():
            if shown.file is file and shown.timer is None:
                shown.timer = asyncio.get_running_loop().call_later(_PAUSE, self._refresh, shown)

    def close(self, file: PromptFile) -> None:
        """Have no document any more for the response of a prompt file."""
        for uri, shown in list(self._by_uri.items()):
            if shown.file is file:
                del self._by_uri[uri]
                _remove(shown)
                if shown.path is None:
                    self._have_read_again(uri)

    def close_all(self) -> None:
        """Have no response documents any more."""
        for shown in self._by_uri.values():
            _remove(shown)
        self._by_uri.clear()
        remove_all()

    def _new(self, file: PromptFile) -> _Shown:
        if get_capability(self._ls.client_capabilities, "workspace.text_document_content", default=None) is not None:
            name = file.path if file.path.startswith("/") else f"/{file.path.replace(':', '-')}"
            return _Shown(file, f"{SCHEME}:{quote(name)}{ENDING}", None)
        remove_left_over()
        path = response_path(file.path)
        return _Shown(file, from_fs_path(str(path)) or "", path)

    def _refresh(self, shown: _Shown) -> None:
        shown.timer = None
        if shown.path:
            self._write(shown)
        else:
            self._have_read_again(shown.uri)

    def _have_read_again(self, uri: str) -> None:
        self._ls.workspace_text_document_content_refresh(types.TextDocumentContentRefreshParams(uri))

    def _write(self, shown: _Shown) -> None:
        document = self._document(shown)
        if shown.path is None or shown.failed:
            return
        try:
            write_response(shown.path, document.text)
        except OSError as error:
            shown.failed = True
            self._complain(f"The response cannot be written to {shown.path}: {error.strerror}.")

    def _document(self, shown: _Shown) -> ResponseDocument:
        file = shown.file
        written = file.written or (file.explained.run if file.explained else None)
        document = response_document(written, file.explained, file.choices.language) if written else _NOTHING
        shown.states[document.text] = document
        shown.states.move_to_end(document.text)
        while len(shown.states) > _KEPT_STATES:
            shown.states.popitem(last=False)
        return document


_NOTHING = ResponseDocument("There is no response yet.\n", len("There is no response yet.\n"), (), (), complete=False)


def _remove(shown: _Shown) -> None:
    if shown.timer:
        shown.timer.cancel()
    if shown.path:
        remove_response(shown.path)
