"""The language server: its parts, and how news travels between them.

Decisions:
- The parts know each other through this module only; each is told what it needs when it is made.
- A request is answered from a snapshot, at once; only what must be exact waits for the analysis of the current text.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from prompt_salience.editor.choices import Choices
from prompt_salience.editor.lenses import Lens
from prompt_salience.editor.response_document import ResponseDocument
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.text_change import Changes
from prompt_salience.engine_client.status import EngineState, EngineStatus
from prompt_salience.explaining import Span
from prompt_salience.language_server.configuration import Configuration
from prompt_salience.language_server.diagnostics import Diagnostics
from prompt_salience.language_server.engine_link import EngineLink
from prompt_salience.language_server.garbage import look_when_quiet
from prompt_salience.language_server.jobs import Jobs
from prompt_salience.language_server.latency import Latency
from prompt_salience.language_server.live import Live
from prompt_salience.language_server.messages import Messages
from prompt_salience.language_server.open_documents import OpenDocuments
from prompt_salience.language_server.positions import Lines
from prompt_salience.language_server.prompt_file import PromptFile
from prompt_salience.language_server.prompt_files import MOMENT, PromptFiles
from prompt_salience.language_server.protocol import Protocol
from prompt_salience.language_server.refreshes import Refreshes
from prompt_salience.language_server.responses import Responses
from prompt_salience.language_server.running import Running, Told
from prompt_salience.language_server.semantic_tokens import SemanticTokens
from prompt_salience.language_server.settings import Settings
from prompt_salience.language_server.to_lsp import workspace_edit
from prompt_salience.language_server.work_done import WorkDone
from prompt_salience.prompts.source_map import Place
from prompt_salience.version import VERSION

ENGINE_STATUS = "$/promptSalience/engineStatus"
_EXACT_PATIENCE = 2.0
_log = logging.getLogger(__name__)


class ContentModifiedError(JsonRpcException):
    """The text changes faster than it can be analysed; a client asks again."""

    CODE = types.LSPErrorCodes.ContentModified
    MESSAGE = "The text was edited meanwhile"


@dataclass(frozen=True)
class View:
    """A document of a prompt file, as a request is about it: which text of the snapshot, and that text's lines."""

    uri: str
    snapshot: Snapshot
    path: str
    lines: Lines


@dataclass(frozen=True)
class ResponseView:
    """A response document, as a request is about it: what the client shows of it, and that text's lines."""

    file: PromptFile
    shown: ResponseDocument
    current: ResponseDocument
    lines: Lines

    def target(self, asked: types.Range) -> Span | None:
        """The part of the response that a range means; None where there is none, or it is another by now."""
        span = self.shown.target_at(*self.lines.offsets(asked))
        return span if span and self.current.continues(self.shown, span) else None

    def is_current(self, lens: Lens) -> bool:
        """Whether what a lens would explain is still what the client shows."""
        end = int(lens.arguments[1]) if lens.arguments else len(self.shown.response)
        return self.current.continues(self.shown, (0, end))


class Server(LanguageServer):
    """The server of one client.

    Args:
        engine_command: how the engine process is started.
    """

    protocol: Protocol

    def __init__(self, engine_command: Sequence[str]) -> None:
        super().__init__(
            "prompt-salience",
            VERSION,
            # Whole texts, because pygls breaks lines where the protocol does not; see ``positions``.
            text_document_sync_kind=types.TextDocumentSyncKind.Full,
            protocol_cls=Protocol,
        )
        self.documents = OpenDocuments()
        self.messages = Messages(self)
        self.configuration = Configuration(self, self.messages)
        self.engine = EngineLink(engine_command, self._tell_engine_status)
        self.jobs = Jobs(lambda token: WorkDone(self, token))
        self.refreshes = Refreshes(self)
        self.files = PromptFiles(self.documents, self._choices_for, self._analysed, self._dropped)
        self.diagnostics = Diagnostics(self.documents, self.text_document_publish_diagnostics, self.lines)
        self.responses = Responses(self, self.messages.error)
        told = Told(changed=self.explained, writing=self.responses.update, refused=self.diagnostics.put)
        self.running = Running(self.jobs, self.engine, self.messages, told)
        self.live = Live(self.files, self.jobs, self.running, self.engine)
        self.latency = Latency()
        self.semantic_tokens = SemanticTokens()
        self.active = ""
        self._lines: dict[str, Lines] = {}
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    def begin(self) -> None:
        """Begin to work, on the event loop that runs now."""
        self.engine.attach(asyncio.get_running_loop())
        self._tasks = (
            asyncio.create_task(self.latency.watch(), name="latency"),
            asyncio.create_task(look_when_quiet(lambda: self.latency.last_asked), name="garbage"),
        )

    def end(self) -> None:
        """Leave nothing behind: no job, no process, no file. It takes half a second at most."""
        self.jobs.cancel_all()
        self.engine.stop()
        self.responses.close_all()

    def settings(self, uri: str) -> Settings:
        """The settings for a document."""
        return self.configuration.of(uri)

    def settings_changed(self) -> None:
        """Have every prompt file follow the settings as they are now."""
        for file in self.files:
            before, file.settings = file.settings, self._choices_for(file.uri)
            if before != file.settings:
                self.live.chosen(file, before)
        self.refreshes.scores()

    def explained(self, file: PromptFile) -> None:
        """Show what is now known, or not known any more, about the influence on the response of a prompt file."""
        if self.files.of_path(file.path) is not file:
            # It was closed, and what is still heard of it is about nothing that anybody sees.
            return
        self.diagnostics.put(file)
        self.responses.update(file)
        self.refreshes.scores()

    def file(self, uri: str) -> PromptFile | None:
        """The prompt file that a URI belongs to: its own, that of its values, or that of its response."""
        return self.files.of_uri(uri) or self.responses.file(uri)

    async def view(self, uri: str) -> View | None:
        """What is known about a document now; None for one that is none of ours."""
        file = self.files.of_uri(uri)
        if file is None:
            return None
        await self.files.settle(file, MOMENT if file.analysis else _EXACT_PATIENCE)
        return self._view(file, uri)

    async def exact_view(self, uri: str) -> View | None:
        """The same, with the analysis of the very text that is open.

        Raises:
            ContentModifiedError: it cannot be had in time.
        """
        file = self.files.of_uri(uri)
        if file is None:
            return None
        await self.files.settle(file, _EXACT_PATIENCE)
        if not file.analysed:
            raise ContentModifiedError
        return self._view(file, uri)

    def response_view(self, uri: str) -> ResponseView | None:
        """What a client shows of a response; None where it shows what nobody knows any more."""
        file, current = self.responses.file(uri), self.responses.current(uri)
        if file is None or current is None:
            return None
        opened = self.documents.of_uri(uri)
        shown = self.responses.state(uri, opened.document.text) if opened else current
        return ResponseView(file, shown, current, self.lines(shown.text)) if shown else None

    def link_in(self, snapshot: Snapshot) -> Callable[[Place], str]:
        """What makes links to places of a snapshot's texts."""

        def link(place: Place) -> str:
            document = snapshot.documents.get(place.path)
            position = self.lines(document.text if document else "").position(place.start)
            return f"{self.documents.uri(place.path)}#L{position.line + 1},{position.character + 1}"

        return link

    def workspace_edit(self, snapshot: Snapshot, changes: Changes) -> types.WorkspaceEdit:
        """Changes of a snapshot's texts, as the client makes them."""

        def lines_of(path: str) -> Lines:
            return self.lines(snapshot.documents[path].text if path in snapshot.documents else "")

        def version_of(path: str) -> int | None:
            opened = self.documents.of_path(path)
            return opened.version if opened else None

        return workspace_edit(
            changes, lines_of, self.documents.uri, version_of, exists=lambda path: path in snapshot.documents
        )

    def location(self, snapshot: Snapshot, place: Place) -> types.Location:
        """A place of a snapshot's texts."""
        document = snapshot.documents.get(place.path)
        lines = self.lines(document.text if document else "")
        return types.Location(self.documents.uri(place.path), lines.range(place.start, place.end))

    def lines(self, text: str) -> Lines:
        """The lines of a text, as this client counts columns; those of the texts asked about last are kept."""
        known = self._lines.pop(text, None) or Lines(text, self._encoding)
        self._lines[text] = known
        if len(self._lines) > _KEPT_LINES:
            del self._lines[next(iter(self._lines))]
        return known

    @property
    def left_in_order(self) -> bool:
        """Whether the client asked to shut down before it left."""
        return self.protocol.ended_in_order

    def report_server_error(self, error: Exception, source: object) -> None:
        """Log what went wrong outside of any request. A message might go to a client that is gone."""
        _log.error("%s: %s", getattr(source, "__name__", source), error)

    @property
    def _encoding(self) -> types.PositionEncodingKind | str:
        return self.workspace.position_encoding or types.PositionEncodingKind.Utf16

    def _view(self, file: PromptFile, uri: str) -> View | None:
        snapshot = file.snapshot()
        opened = self.documents.of_uri(uri)
        if snapshot is None or opened is None or opened.path not in snapshot.documents:
            return None
        file.answered_early = file.answered_early or not file.analysed
        return View(uri, snapshot, opened.path, self.lines(snapshot.documents[opened.path].text))

    def _choices_for(self, uri: str) -> Choices:
        return self.settings(uri).choices

    def _analysed(self, file: PromptFile) -> None:
        self.diagnostics.put(file)
        if file.answered_early:
            file.answered_early = False
            self.refreshes.analysis()

    def _dropped(self, file: PromptFile) -> None:
        self.live.forget(file)
        self.jobs.cancel(file.uri)
        self.diagnostics.drop(file)
        self.responses.close(file)

    def _tell_engine_status(self, status: EngineStatus) -> None:
        self.protocol.notify(ENGINE_STATUS, status_as_object(status))
        if status.state is EngineState.FAILED:
            self.messages.offer(status.message, "Restart engine", self.engine.restart)


def status_as_object(status: EngineStatus) -> dict[str, Any]:
    """A state of the engine as clients get it."""
    return {
        "state": status.state.value,
        "model": status.model,
        "pid": status.pid,
        "restarts": status.restarts,
        "message": status.message,
    }


_KEPT_LINES = 16
