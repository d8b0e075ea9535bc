"""One prompt file that the client works on: the only mutable state about it, and the snapshots of it.

Decisions:
- Everything here happens on the event loop; what is handed out is immutable.
- A snapshot is made when it is asked for, and kept until something changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from prompt_salience.editor.analysis import Analysis
from prompt_salience.editor.choices import Choices
from prompt_salience.editor.response_document import Partial
from prompt_salience.editor.snapshot import Explained, Snapshot
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.formats.format import Format
from prompt_salience.prompts.problems import Problem


@dataclass
class PromptFile:
    """What is known of a prompt file.

    Attributes:
        uri: what the client calls it.
        document: its text now.
        format: its format, or None where its ending tells.
        sidecar: the text of its values file now, where there is one.
        settings: what the settings say for it.
        chosen: what commands have chosen for it, by name of the member of ``Choices``.
        analysis: the last analysis, which may be of an older text.
        explained: the last explanation.
        origin: the explanation of the response after the prompt that it was written for.
        written: the response as far as the model has come, while it writes.
        activity: what is being done for it.
        refusals: what the model had against it.
        answered_early: whether the client was told something that the analysis of the current texts may change.
        cost: how long the last analysis took, in seconds.
        pace: how long the last explanation after an edit took, in seconds.
    """

    uri: str
    document: Document
    format: Format | None = None
    sidecar: Document | None = None
    settings: Choices = field(default_factory=Choices)
    chosen: dict[str, Any] = field(default_factory=dict)
    analysis: Analysis | None = None
    explained: Explained | None = None
    origin: Explained | None = None
    written: Partial | None = None
    activity: str = ""
    refusals: tuple[Problem, ...] = ()
    answered_early: bool = False
    cost: float = 0.0
    pace: float = 0.0
    _kept: tuple[tuple[object, ...], Snapshot] | None = None

    @property
    def path(self) -> str:
        """What it is called here."""
        return self.document.path

    @property
    def choices(self) -> Choices:
        """How it is run and explained."""
        return replace(self.settings, **self.chosen)

    def follow_settings(self, settings: Choices) -> None:
        """Take new settings; one that changed has the last word over what a command chose before."""
        before, self.settings = self.settings, settings
        for name in [name for name in self.chosen if getattr(before, name) != getattr(settings, name)]:
            del self.chosen[name]

    @property
    def documents(self) -> dict[str, Document]:
        """Its texts now, by path."""
        return {text.path: text for text in (self.document, self.sidecar) if text}

    @property
    def analysed(self) -> bool:
        """Whether the analysis is of the texts and the case as they are now."""
        known = self.analysis
        return known is not None and known.asked == self.choices.case and known.documents == self.documents

    def snapshot(self) -> Snapshot | None:
        """All that is known now, or None before the first analysis."""
        if self.analysis is None:
            return None
        key = (
            self.document, self.sidecar, self.analysis, self.choices, self.explained, self.activity, self.refusals
        )  # fmt: skip
        if self._kept is None or not _same(self._kept[0], key):
            snapshot = Snapshot(
                self.documents, self.analysis, self.choices, self.explained, self.activity, self.refusals
            )
            self._kept = key, snapshot
        return self._kept[1]


def _same(known: tuple[object, ...], now: tuple[object, ...]) -> bool:
    return all(
        one is other or (isinstance(one, (str, Choices)) and one == other)
        for one, other in zip(known, now, strict=True)
    )
