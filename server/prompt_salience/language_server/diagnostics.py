"""Problems, published for every document that they are in.

Decisions:
- A file of values may serve several prompt files: what any of them has against it is shown, each fault once.
- What is wrong is found in an analysis. While the text is another by now, what was published stays as it is: the next
  analysis tells the rest.
- A document without problems any more is told so once, and then not mentioned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lsprotocol import types

from prompt_salience.language_server.open_documents import OpenDocuments
from prompt_salience.language_server.positions import Lines
from prompt_salience.language_server.prompt_file import PromptFile
from prompt_salience.language_server.to_lsp import diagnostic
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.problems import Problem

Publish = Callable[[types.PublishDiagnosticsParams], None]


class Diagnostics:
    """What has been published, by path, and on whose behalf."""

    def __init__(self, documents: OpenDocuments, publish: Publish, lines: Callable[[str], Lines]) -> None:
        self._documents = documents
        self._publish = publish
        self._lines = lines
        self._by_owner: dict[str, dict[str, tuple[Problem, ...]]] = {}
        self._texts: dict[str, Document] = {}

    def put(self, file: PromptFile) -> None:
        """Publish what is wrong with a prompt file and its values."""
        if not file.analysed:
            return
        problems = (*(file.analysis.problems if file.analysis else ()), *file.refusals)
        before = self._by_owner.get(file.path, {})
        now = _by_path(problems)
        self._by_owner[file.path] = now
        self._texts.update(file.documents)
        self._publish_paths({file.path, *before, *now})

    def drop(self, file: PromptFile) -> None:
        """Take back everything said on behalf of a prompt file."""
        self._publish_paths(set(self._by_owner.pop(file.path, {})))

    def _publish_paths(self, paths: Iterable[str]) -> None:
        for path in sorted(paths):
            found = dict.fromkeys(problem for owned in self._by_owner.values() for problem in owned.get(path, ()))
            text = self._texts.get(path)
            lines = self._lines(text.text if text else "")
            opened = self._documents.of_path(path)
            self._publish(
                types.PublishDiagnosticsParams(
                    uri=self._documents.uri(path),
                    diagnostics=[diagnostic(problem, lines) for problem in found],
                    version=opened.version if opened else None,
                )
            )
            if not found:
                self._texts.pop(path, None)


def _by_path(problems: Iterable[Problem]) -> dict[str, tuple[Problem, ...]]:
    found: dict[str, tuple[Problem, ...]] = {}
    for problem in problems:
        found[problem.place.path] = (*found.get(problem.place.path, ()), problem)
    return found
