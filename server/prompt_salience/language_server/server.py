"""The language server: its parts, and how news travels between them.

Decisions:
- The parts know each other through this module only; each is told what it needs when it is made.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from prompt_salience.editor.choices import Choices
from prompt_salience.editor.lenses import CHOOSE_MODEL
from prompt_salience.engine_client.missing_models import NotDownloadedError
from prompt_salience.engine_client.status import EngineState, EngineStatus
from prompt_salience.language_server.configuration import Configuration
from prompt_salience.language_server.decorations import Decorations
from prompt_salience.language_server.diagnostics import Diagnostics
from prompt_salience.language_server.downloads import Downloads
from prompt_salience.language_server.engine_link import EngineLink
from prompt_salience.language_server.garbage import look_when_quiet
from prompt_salience.language_server.jobs import Jobs
from prompt_salience.language_server.latency import Latency
from prompt_salience.language_server.live import Live
from prompt_salience.language_server.messages import Messages
from prompt_salience.language_server.open_documents import OpenDocuments
from prompt_salience.language_server.prompt_file import PromptFile
from prompt_salience.language_server.prompt_files import PromptFiles
from prompt_salience.language_server.protocol import Protocol
from prompt_salience.language_server.refreshes import Refreshes
from prompt_salience.language_server.responses import Responses
from prompt_salience.language_server.running import Running, Told
from prompt_salience.language_server.semantic_tokens import SemanticTokens
from prompt_salience.language_server.settings import Settings
from prompt_salience.language_server.views import Views
from prompt_salience.language_server.work_done import WorkDone
from prompt_salience.version import VERSION

ENGINE_STATUS = "$/promptSalience/engineStatus"
_log = logging.getLogger(__name__)


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
        self.responses = Responses(self, self.messages.error)
        self.views = Views(self.documents, self.files, self.responses, self._encoding)
        self.decorations = Decorations(self, self.views, self.responses, self.settings)
        self.diagnostics = Diagnostics(self.documents, self.text_document_publish_diagnostics, self.views.lines)
        self.downloads = Downloads(self, self.messages, lambda token: WorkDone(self, token))
        told = Told(
            *(self.explained, self._busy, self.responses.update, self.diagnostics.put),
            *(self._offer_models, self.offer_download),
        )
        self.running = Running(self.jobs, self.engine, self.messages, told)
        self.live = Live(self.files, self.jobs, self.running, self.engine)
        self.latency = Latency()
        self.semantic_tokens = SemanticTokens()
        self.active = ""
        self._performing: set[asyncio.Future[object]] = set()
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
        self.downloads.cancel_all()
        self.engine.stop()
        self.responses.close_all()

    def settings(self, uri: str) -> Settings:
        """The settings for a document."""
        return self.configuration.of(uri)

    def settings_changed(self) -> None:
        """Have every prompt file follow the settings as they are now."""
        for file in self.files:
            before = file.settings
            file.follow_settings(self._choices_for(file.uri))
            if before != file.settings:
                self.live.chosen(file, before)
                self.diagnostics.put(file)
            self.decorations.changed(file)
        self.refreshes.scores()

    def choices_changed(self, file: PromptFile) -> None:
        """Show what is chosen for a prompt file now."""
        self.refreshes.lenses()
        self.decorations.changed(file)

    def explained(self, file: PromptFile) -> None:
        """Show what is now known, or not known any more, about the influence on the response of a prompt file."""
        if self.files.of_path(file.path) is not file:
            # It was closed, and what is still heard of it is about nothing that anybody sees.
            return
        self.diagnostics.put(file)
        self.responses.update(file)
        self.refreshes.scores()
        self.decorations.changed(file)

    def offer_download(self, file: PromptFile, missing: NotDownloadedError, then: Callable[[], object]) -> None:
        """Say that the model for a prompt file is missing; ``then`` is called once it is not, if the file is open."""

        def wanted() -> None:
            if self.files.of_path(file.path) is file:
                then()

        self.downloads.offer(missing, wanted, partial(self._perform, CHOOSE_MODEL, file.uri))

    def file(self, uri: str) -> PromptFile | None:
        """The prompt file that a URI belongs to: its own, that of its values, or that of its response."""
        return self.files.of_uri(uri) or self.responses.file(uri)

    @property
    def left_in_order(self) -> bool:
        """Whether the client asked to shut down before it left."""
        return self.protocol.ended_in_order

    def report_server_error(self, error: Exception, source: object) -> None:
        """Log what went wrong outside of any request. A message might go to a client that is gone."""
        _log.error("%s: %s", getattr(source, "__name__", source), error)

    def _encoding(self) -> types.PositionEncodingKind | str:
        return self.workspace.position_encoding or types.PositionEncodingKind.Utf16

    def _choices_for(self, uri: str) -> Choices:
        return self.settings(uri).choices

    def _analysed(self, file: PromptFile) -> None:
        self.diagnostics.put(file)
        self.decorations.changed(file)
        if file.answered_early:
            file.answered_early = False
            self.refreshes.analysis()

    def _dropped(self, file: PromptFile) -> None:
        self.live.forget(file)
        self.jobs.cancel(file.uri)
        self.diagnostics.drop(file)
        self.responses.close(file)
        self.decorations.dropped(file)

    def _busy(self, file: PromptFile) -> None:
        if self.files.of_path(file.path) is file:
            self.responses.update(file)
            self.choices_changed(file)

    def _offer_models(self, file: PromptFile, reason: str) -> None:
        self.messages.offer(reason, "Choose model", partial(self._perform, CHOOSE_MODEL, file.uri))

    def _perform(self, command: str, *arguments: object) -> None:
        """Do what a command does, as if the client had asked for it."""
        task = asyncio.ensure_future(self.protocol.fm.commands[command](*arguments))
        self._performing.add(task)
        task.add_done_callback(self._performing.discard)

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
