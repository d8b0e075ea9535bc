"""Documents as requests are about them: which snapshot, which of its texts, and where a position is in it.

Decisions:
- A request is answered from a snapshot, at once; only what must be exact waits for the analysis of the current text.
- The lines of the texts asked about last are kept: an editor asks ten things about one text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from prompt_salience.editor.lenses import Lens
from prompt_salience.editor.response_document import ResponseDocument
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.text_change import Changes
from prompt_salience.explaining import Span
from prompt_salience.language_server.open_documents import OpenDocuments
from prompt_salience.language_server.positions import Lines
from prompt_salience.language_server.prompt_file import PromptFile
from prompt_salience.language_server.prompt_files import MOMENT, PromptFiles
from prompt_salience.language_server.reading import sidecar_path
from prompt_salience.language_server.responses import Responses
from prompt_salience.language_server.to_lsp import workspace_edit
from prompt_salience.prompts.source_map import Place

_EXACT_PATIENCE = 2.0
_KEPT_LINES = 16


class ContentModifiedError(JsonRpcException):
    """The text changes faster than it can be analysed; a client asks again."""

    CODE = types.LSPErrorCodes.ContentModified
    MESSAGE = "The text was edited meanwhile"


@dataclass(frozen=True)
class View:
    """A document of a prompt file, as a request is about it: which text of the snapshot, and that text's lines."""

    uri: str
    version: int
    snapshot: Snapshot
    path: str
    lines: Lines


@dataclass(frozen=True)
class ResponseView:
    """A response document, as a request is about it: what the client shows of it, and that text's lines.

    ``version`` is that of the document, or None where the client has not opened it.
    """

    uri: str
    version: int | None
    file: PromptFile
    shown: ResponseDocument
    current: ResponseDocument
    lines: Lines

    def target(self, asked: types.Range) -> Span | None:
        """The part of the response that a range means; None where there is none, or it is another by now."""
        span = self.shown.target_at(*self.lines.offsets(asked))
        return span if span and self.current.continues(self.shown, span) else None

    def range_of(self, span: Span) -> types.Range:
        """Where a part of the response stands in the document."""
        return self.lines.range(self.shown.offset(span[0]), self.shown.offset(span[1]))

    def is_current(self, lens: Lens) -> bool:
        """Whether what a lens would explain is still what the client shows."""
        end = int(lens.arguments[1]) if lens.arguments else len(self.shown.response)
        return self.current.continues(self.shown, (0, end))


class Views:
    """Views of all documents of a client; ``encoding`` tells how it counts columns."""

    def __init__(
        self,
        documents: OpenDocuments,
        files: PromptFiles,
        responses: Responses,
        encoding: Callable[[], types.PositionEncodingKind | str],
    ) -> None:
        self._documents, self._files, self._responses, self._encoding = documents, files, responses, encoding
        self._lines: dict[str, Lines] = {}

    async def current(self, uri: str) -> View | None:
        """What is known about a document now; None for one that is none of ours."""
        file = self._files.of_uri(uri)
        if file is None:
            return None
        await self._files.settle(file, MOMENT if file.analysis else _EXACT_PATIENCE)
        file.answered_early = file.answered_early or not file.analysed
        return self._view(file, uri)

    async def exact(self, uri: str) -> View | None:
        """The same, with the analysis of the very text that is open.

        Raises:
            ContentModifiedError: it cannot be had in time.
        """
        file = self._files.of_uri(uri)
        if file is None:
            return None
        await self._files.settle(file, _EXACT_PATIENCE, hurry=True)
        if not file.analysed:
            raise ContentModifiedError
        return self._view(file, uri)

    def open_now(self, file: PromptFile) -> Iterator[View]:
        """The documents of a prompt file that are open, as they are now, without waiting for anything."""
        for path in (file.path, sidecar_path(file.path)):
            opened = self._documents.of_path(path) if path else None
            view = self._view(file, opened.uri) if opened else None
            if view:
                yield view

    def of_response(self, uri: str) -> ResponseView | None:
        """What a client shows of a response; None where it shows what nobody knows any more."""
        file, current = self._responses.file(uri), self._responses.current(uri)
        if file is None or current is None:
            return None
        opened = self._documents.of_uri(uri)
        shown = self._responses.state(uri, opened.document.text) if opened else current
        version = opened.version if opened else None
        return ResponseView(uri, version, file, shown, current, self.lines(shown.text)) if shown else None

    def link_in(self, snapshot: Snapshot) -> Callable[[Place], str]:
        """What makes links to places of a snapshot's texts."""

        def link(place: Place) -> str:
            document = snapshot.documents.get(place.path)
            position = self.lines(document.text if document else "").position(place.start)
            return f"{self._documents.uri(place.path)}#L{position.line + 1},{position.character + 1}"

        return link

    def workspace_edit(self, snapshot: Snapshot, changes: Changes) -> types.WorkspaceEdit:
        """Changes of a snapshot's texts, as the client makes them."""

        def lines_of(path: str) -> Lines:
            return self.lines(snapshot.documents[path].text if path in snapshot.documents else "")

        def version_of(path: str) -> int | None:
            opened = self._documents.of_path(path)
            return opened.version if opened else None

        return workspace_edit(
            changes, lines_of, self._documents.uri, version_of, exists=lambda path: path in snapshot.documents
        )

    def location(self, snapshot: Snapshot, place: Place) -> types.Location:
        """A place of a snapshot's texts."""
        document = snapshot.documents.get(place.path)
        lines = self.lines(document.text if document else "")
        return types.Location(self._documents.uri(place.path), lines.range(place.start, place.end))

    def lines(self, text: str) -> Lines:
        """The lines of a text, as this client counts columns; those of the texts asked about last are kept."""
        known = self._lines.pop(text, None) or Lines(text, self._encoding())
        self._lines[text] = known
        if len(self._lines) > _KEPT_LINES:
            del self._lines[next(iter(self._lines))]
        return known

    def _view(self, file: PromptFile, uri: str) -> View | None:
        snapshot = file.snapshot()
        opened = self._documents.of_uri(uri)
        if snapshot is None or opened is None or opened.path not in snapshot.documents:
            return None
        return View(uri, opened.version, snapshot, opened.path, self.lines(snapshot.documents[opened.path].text))
