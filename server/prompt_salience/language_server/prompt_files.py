"""The prompt files that the client works on: found by the URI of anything that belongs to one, and kept analysed.

Decisions:
- A prompt file is known while it, or its file of values, is open.
- One analysis of a file runs at a time, in a thread; when it ends and the text is another by then, the next begins. So
  typing never piles up work, and the last text is always the one that is analysed last.
- Whoever asks waits a moment for the analysis of the current text, if it is expected by then, and gets the last one
  otherwise.
- The analysis of a file that takes longer waits for a pause in the typing, so that it does not hold up the answers to
  what is asked with every keystroke; but not for ever, if no pause comes, and not when somebody asks for the analysis.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from prompt_salience.editor.analysis import Analysis
from prompt_salience.editor.choices import Choices
from prompt_salience.language_server.open_documents import OpenDocument, OpenDocuments
from prompt_salience.language_server.prompt_file import PromptFile
from prompt_salience.language_server.reading import (
    analysis_of,
    document_on_disk,
    is_sidecar,
    sidecar_path,
    template_beside,
)
from prompt_salience.language_server.response_files import is_response_path
from prompt_salience.language_server.threads import in_thread
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.formats.format import Format
from prompt_salience.prompts.template import FORMATS, format_of_language

MOMENT = 0.025
"""How long an answer waits for the analysis of what was typed last, in seconds."""

PAUSE, LONGEST_DELAY = 0.25, 5.0
"""How long the typing has to pause for an analysis that takes more than a moment, and how long it waits for that."""

Listener = Callable[[PromptFile], None]


class PromptFiles:
    """All prompt files; lives on the event loop.

    Args:
        documents: what the client has open.
        choices_for: what the settings say for a URI.
        analysed: called after each analysis.
        dropped: called when a file is not worked on any more.
    """

    def __init__(
        self, documents: OpenDocuments, choices_for: Callable[[str], Choices], analysed: Listener, dropped: Listener
    ) -> None:
        self._documents = documents
        self._choices_for = choices_for
        self._tell_analysed, self._tell_dropped = analysed, dropped
        self._by_path: dict[str, PromptFile] = {}
        self._analyses: dict[str, asyncio.Task[None]] = {}
        self._edited: dict[str, float] = {}
        self._hurries: dict[str, asyncio.Event] = {}

    def __iter__(self) -> Iterator[PromptFile]:
        return iter(list(self._by_path.values()))

    def of_uri(self, uri: str) -> PromptFile | None:
        """The prompt file that a URI means, or that a file of values belongs to."""
        opened = self._documents.of_uri(uri)
        return self.of_path(opened.path) if opened else None

    def of_path(self, path: str) -> PromptFile | None:
        """The prompt file that a path means, or that a file of values belongs to."""
        if path in self._by_path:
            return self._by_path[path]
        return next((file for file in self if sidecar_path(file.path) == path), None)

    def depending_on(self, path: str) -> tuple[PromptFile, ...]:
        """The prompt files that are read from a path: by themselves, or for their values."""
        return tuple(file for file in self if path in {file.path, sidecar_path(file.path)})

    def put(self, opened: OpenDocument) -> None:
        """Take a document that was opened or changed."""
        if is_sidecar(opened.path):
            self._put_sidecar(opened)
        elif _is_prompt(opened):
            self._put_template(opened)

    def drop(self, closed: OpenDocument) -> None:
        """Take leave of a document that was closed; what depends on it goes back to the disk."""
        for file in self.depending_on(closed.path):
            beside = sidecar_path(file.path)
            others_open = any(self._documents.of_path(path) for path in (file.path, beside) if path)
            if not others_open:
                self._forget(file)
            elif closed.path == file.path:
                self._back_to_disk(file)
            else:
                self.analyse(file)

    def analyse(self, file: PromptFile) -> None:
        """Have a file analysed; while that happens it may change again."""
        self._edited[file.path] = time.monotonic()
        self._hurries.setdefault(file.path, asyncio.Event()).clear()
        task = self._analyses.get(file.path)
        if task is None or task.done():
            self._analyses[file.path] = asyncio.create_task(self._analyse(file), name=f"analyse {file.path}")

    def read_again(self, file: PromptFile, path: str) -> None:
        """Have a file follow the disk, where ``path`` was written: itself, or its values."""
        if path == file.path:
            self._back_to_disk(file)
        else:
            self.analyse(file)

    async def settle(self, file: PromptFile, patience: float, *, hurry: bool = False) -> None:
        """Wait for the analysis of a file, if it is expected within ``patience`` seconds, and no longer than that.

        With ``hurry`` it begins now, and does not wait for a pause in the typing.
        """
        task = self._analyses.get(file.path)
        if hurry and file.path in self._hurries:
            self._hurries[file.path].set()
        expected = file.cost if hurry or file.cost <= MOMENT else file.cost + PAUSE
        if task is not None and not task.done() and expected <= patience:
            await asyncio.wait({task}, timeout=patience)

    def _put_template(self, opened: OpenDocument) -> None:
        file = self._by_path.get(opened.path)
        if file is None:
            file = PromptFile(opened.uri, opened.document, _format(opened))
            self._by_path[opened.path] = file
        file.uri, file.document = opened.uri, opened.document
        file.settings = self._choices_for(opened.uri)
        self.analyse(file)

    def _put_sidecar(self, opened: OpenDocument) -> None:
        if not self.depending_on(opened.path):
            self._open_owner(opened.path)
        for file in self.depending_on(opened.path):
            file.sidecar = opened.document
            self.analyse(file)

    def _open_owner(self, path: str) -> None:
        """Work on the template that a file of values belongs to, which is itself not open."""
        beside = template_beside(path)
        document = document_on_disk(beside) if beside else None
        if document:
            uri = self._documents.uri(document.path)
            self._by_path[document.path] = PromptFile(uri, document, settings=self._choices_for(uri))

    def _back_to_disk(self, file: PromptFile) -> None:
        document = document_on_disk(file.path)
        if document is None:
            self._forget(file)
        else:
            file.document = document
            self.analyse(file)

    def _forget(self, file: PromptFile) -> None:
        self._by_path.pop(file.path, None)
        self._edited.pop(file.path, None)
        self._hurries.pop(file.path, None)
        task = self._analyses.pop(file.path, None)
        if task:
            task.cancel()
        self._tell_dropped(file)

    async def _analyse(self, file: PromptFile) -> None:
        asked = None
        while asked != (asked := self._question(file)):
            await self._pause(file)
            asked = self._question(file)
            work = partial(analysis_of, file.document, file.format, asked.open_sidecar, asked.case)
            analysis, file.cost = await in_thread(partial(_timed, work), f"analysis of {file.path}")
        file.analysis, file.sidecar = analysis, analysis.source.sidecar
        self._tell_analysed(file)

    async def _pause(self, file: PromptFile) -> None:
        """Wait for a pause in the typing, if the analysis takes its time."""
        if file.cost <= MOMENT:
            return
        hurry = self._hurries[file.path]
        longest = time.monotonic() + LONGEST_DELAY
        while not hurry.is_set() and (left := min(longest, self._edited[file.path] + PAUSE) - time.monotonic()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(hurry.wait(), left)

    def _question(self, file: PromptFile) -> _Question:
        beside = sidecar_path(file.path)
        opened = self._documents.of_path(beside) if beside else None
        return _Question(file.document, opened.document if opened else None, file.choices.case, self._edited[file.path])


@dataclass(frozen=True, slots=True)
class _Question:
    """What an analysis is asked about, and when; if it was asked again by the time of the answer, it is done again."""

    document: Document
    open_sidecar: Document | None
    case: str | None
    when: float


def _timed(work: Callable[[], Analysis]) -> tuple[Analysis, float]:
    """The result of a piece of work, and the time that this thread spent on it, in seconds."""
    start = time.thread_time()
    return work(), time.thread_time() - start


def _is_prompt(opened: OpenDocument) -> bool:
    """Whether an open document is a prompt, by its ending or by what the editor calls its language."""
    if is_response_path(opened.path):
        return False
    return _has_known_ending(opened) or format_of_language(opened.language) is not None


def _format(opened: OpenDocument) -> Format | None:
    """The format of a document whose ending does not tell it."""
    return None if _has_known_ending(opened) else format_of_language(opened.language)


def _has_known_ending(opened: OpenDocument) -> bool:
    return opened.path.lower().endswith(tuple(ending for found in FORMATS for ending in found.ENDINGS))
