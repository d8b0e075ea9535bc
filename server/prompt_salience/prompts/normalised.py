r"""A range of a document with line ends as Jinja reads them, every character traced to the document.

Decisions:
- ``\r\n`` and a lone ``\r`` become ``\n``, as in Jinja; the ``\n`` of a ``\r\n`` is an exact copy of itself.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from prompt_salience.prompts.document import Document
from prompt_salience.prompts.source_map import Origin, OriginKind, Place
from prompt_salience.prompts.traced_text import Run, TracedText, copied

LINE_END = re.compile(r"\r\n?")


@dataclass(frozen=True)
class NormalisedText:
    r"""The characters ``start:end`` of a document, with ``\n`` for every line end."""

    document: Document
    start: int
    end: int

    @property
    def place(self) -> Place:
        """The whole range in the document."""
        return Place(self.document.path, self.start, self.end)

    @cached_property
    def text(self) -> TracedText:
        """The normalised text."""
        raw = self.document.text[self.start : self.end]
        if "\r" not in raw:
            return copied(raw, Origin(OriginKind.TEMPLATE, self.place))
        text = raw.replace("\r\n", "\n").replace("\r", "\n")
        return TracedText(text, tuple(run for run in self._runs(raw) if run.length))

    def _runs(self, raw: str) -> Iterator[Run]:
        origin = Origin(OriginKind.TEMPLATE, self.place)
        position = 0
        for match in LINE_END.finditer(raw):
            start = match.start()
            yield Run(start - position, origin, position)
            position = start + 1
            if match.end() == position:
                at = Place(self.document.path, self.start + start, self.start + position)
                yield Run(1, Origin(OriginKind.TEMPLATE, at), -1)
        yield Run(len(raw) - position, origin, position)

    @cached_property
    def _dropped(self) -> list[int]:
        r"""For each dropped ``\r`` the normalised offset of the ``\n`` after it."""
        raw = self.document.text[self.start : self.end]
        found: list[int] = []
        position = 0
        while (index := raw.find("\r\n", position)) >= 0:
            found.append(index - len(found))
            position = index + 2
        return found

    def offset(self, normalised: int) -> int:
        """The document's offset of a normalised one."""
        return self.start + normalised + bisect_right(self._dropped, normalised)

    def located(self, start: int, end: int) -> Place:
        """The place of the normalised range ``start:end``."""
        first = self.offset(start)
        last = self.offset(end - 1) + 1 if end > start else first
        return Place(self.document.path, first, last)
