"""The documents that the client has open, as it last sent them.

Decisions:
- The client sends whole texts (see ``positions`` for why), so that the two sides cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prompt_salience.language_server.uris import path_of, uri_of
from prompt_salience.prompts.document import Document


@dataclass(frozen=True)
class OpenDocument:
    """A document as it stands in the editor. ``language`` is what the editor calls its language."""

    uri: str
    language: str
    version: int
    document: Document

    @property
    def path(self) -> str:
        """What it is called here."""
        return self.document.path


class OpenDocuments:
    """All open documents, by URI and by path."""

    def __init__(self) -> None:
        self._by_uri: dict[str, OpenDocument] = {}
        self._by_path: dict[str, OpenDocument] = {}

    def __iter__(self) -> Iterator[OpenDocument]:
        return iter(list(self._by_uri.values()))

    def put(self, uri: str, language: str | None, version: int, text: str) -> OpenDocument:
        """Take a document as it stands now; without a ``language`` it keeps the one it has."""
        known = self._by_uri.get(uri)
        language = language if language is not None else known.language if known else ""
        opened = OpenDocument(uri, language, version, Document(path_of(uri), text))
        self._by_uri[uri] = self._by_path[opened.path] = opened
        return opened

    def drop(self, uri: str) -> OpenDocument | None:
        """Forget a document that was closed."""
        dropped = self._by_uri.pop(uri, None)
        if dropped and self._by_path.get(dropped.path) is dropped:
            del self._by_path[dropped.path]
        return dropped

    def of_uri(self, uri: str) -> OpenDocument | None:
        """The open document of a URI."""
        return self._by_uri.get(uri)

    def of_path(self, path: str) -> OpenDocument | None:
        """The open document of a path."""
        return self._by_path.get(path)

    def uri(self, path: str) -> str:
        """The URI of a path, spelled as the client does where it has the document open."""
        opened = self._by_path.get(path)
        return opened.uri if opened else uri_of(path)
