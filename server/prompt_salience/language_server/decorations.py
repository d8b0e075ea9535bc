"""What a client that draws by itself is told: the tints of its documents, and what is shown of each prompt file.

Decisions:
- A client says that it draws (``experimental.promptSalience.tints``); every other one draws semantic tokens.
- Tints come in the numbers of semantic tokens, by the same legend: a fifth of the size of ranges, and read by code that
  a client has already.
- They are told a moment after a change, of the texts as they are then, so that a burst of changes is told once. Until
  then the client moves what it has with the typing.
- What is the same as before is not told again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from prompt_salience.editor.highlights import tinted
from prompt_salience.editor.snapshot import Explained
from prompt_salience.editor.targets import chosen_part, target_name
from prompt_salience.language_server.prompt_file import PromptFile
from prompt_salience.language_server.responses import Responses
from prompt_salience.language_server.semantic_tokens import encoded
from prompt_salience.language_server.settings import Settings, Tint
from prompt_salience.language_server.to_lsp import range_as_object
from prompt_salience.language_server.views import ResponseView, View, Views

TINTS = "$/promptSalience/tints"
PROMPT = "$/promptSalience/prompt"
_MOMENT = 0.01
_DRAWN = (Tint.BACKGROUND, Tint.UNDERLINE)


class Decorations:
    """Tells one client what to draw; lives on the event loop."""

    def __init__(
        self, ls: LanguageServer, views: Views, responses: Responses, settings: Callable[[str], Settings]
    ) -> None:
        self._ls, self._views, self._responses, self._settings = ls, views, responses, settings
        self._waiting: dict[str, PromptFile] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._told: dict[tuple[str, str], object] = {}
        self._revisions: dict[str, tuple[Explained | None, int]] = {}

    @property
    def wanted(self) -> bool:
        """Whether the client draws by itself."""
        offered: Any = self._ls.client_capabilities.experimental
        ours = offered.get("promptSalience") if isinstance(offered, Mapping) else None
        return isinstance(ours, Mapping) and ours.get("tints") is True

    def in_tokens(self, uri: str) -> bool:
        """Whether semantic tokens of a document are to show influence as well as syntax."""
        return not self.wanted or self._settings(uri).tint is Tint.SEMANTIC_TOKENS

    def changed(self, file: PromptFile) -> None:
        """Tell soon what is to be drawn of a prompt file, of its values and of its response."""
        if not self.wanted:
            return
        self._waiting[file.path] = file
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_MOMENT, self._tell)

    def forget(self, uri: str) -> None:
        """A document was closed: when it is opened again it has no tints."""
        self._told.pop((TINTS, uri), None)

    def dropped(self, file: PromptFile) -> None:
        """A prompt file is not worked on any more."""
        self._waiting.pop(file.path, None)
        self._revisions.pop(file.path, None)
        self._told.pop((PROMPT, file.path), None)

    def _tell(self) -> None:
        waiting, self._waiting, self._timer = self._waiting, {}, None
        for file in waiting.values():
            self._tell_once(PROMPT, file.path, self._prompt(file))
            for view in self._views.open_now(file):
                self._tell_tints(view)
            self._tell_target(file)

    def _tell_tints(self, view: View) -> None:
        drawn = self._settings(view.uri).tint in _DRAWN
        data = encoded(tinted(view.snapshot, view.path), view.lines) if drawn else []
        self._tell_once(TINTS, view.uri, {"uri": view.uri, "version": view.version, "data": data, "target": None})

    def _tell_target(self, file: PromptFile) -> None:
        uri = self._responses.uri(file)
        view = self._views.of_response(uri) if uri else None
        if view is None or view.version is None:
            return
        found = _target(view)
        target = range_as_object(found) if found else None
        told = {"uri": view.uri, "version": view.version, "data": [], "target": target}
        self._tell_once(TINTS, view.uri, told)

    def _tell_once(self, method: str, about: str, told: dict[str, Any]) -> None:
        if self._told.get((method, about)) != told:
            self._told[method, about] = told
            self._ls.protocol.notify(method, told)

    def _prompt(self, file: PromptFile) -> dict[str, Any]:
        choices, analysis, explained = file.choices, file.analysis, file.explained
        return {
            "uri": file.uri,
            "response": self._responses.uri(file),
            "model": choices.model,
            "method": choices.method.value,
            "granularity": choices.granularity.value,
            "case": analysis.case if analysis else "",
            "cases": len(analysis.cases) if analysis else 0,
            "target": target_name(explained.explanation) if explained else None,
            "explained": explained is not None,
            "activity": file.activity,
            "revision": self._revision(file),
        }

    def _revision(self, file: PromptFile) -> int:
        known, number = self._revisions.get(file.path, (None, 0))
        if known is not file.explained:
            number += 1
        self._revisions[file.path] = file.explained, number
        return number


def _target(view: ResponseView) -> types.Range | None:
    """The part of the response that is explained now, where the document that is shown has it; None for the whole."""
    explained = view.file.explained
    span = chosen_part(explained.explanation) if explained else None
    if span is None or not view.current.continues(view.shown, span):
        return None
    return view.range_of(span)
