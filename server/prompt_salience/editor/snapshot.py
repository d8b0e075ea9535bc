"""A prompt file at one moment, with all that is known about it: what every question of an editor is answered from.

Decisions:
- Nothing in a snapshot changes; an edit or a finished run makes a new one.
- The texts are the current ones. Analysis and explanation may be of older texts, and say of which: what they know is
  moved to where that text stands now (see ``alignment``), so that an answer never waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.completing import Run
from prompt_salience.editor.analysis import Analysis
from prompt_salience.editor.choices import Choices
from prompt_salience.editor.lines import Lines
from prompt_salience.editor.remembering import remembered
from prompt_salience.explaining import Span
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.problems import Problem
from prompt_salience.verifying import Check


@dataclass(frozen=True)
class KeptCheck:
    """A check by removing, with where its units are in the prompt that was explained last.

    ``edited`` is whether something else in the prompt was edited since it was made.
    """

    check: Check
    spans: tuple[Span, ...]
    edited: bool = False


@dataclass(frozen=True, eq=False)
class Explained:
    """A run with its explanation, and the checks of it by removing.

    ``likelihood_change`` is how much more likely the response has become since the model wrote it, by edits of the
    prompt: a difference of natural logarithms, or None where the prompt is the one that it was written after.
    """

    run: Run
    explanation: Explanation
    likelihood_change: float | None = None
    checks: tuple[KeptCheck, ...] = ()


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One prompt file at one moment.

    Attributes:
        documents: the texts as they are now, by path: the prompt file, and its file of values where there is one.
        analysis: what is known without a model.
        choices: how the file is run and explained.
        explained: the last explanation, with the target that is chosen now, or None before the first.
        activity: what somebody asked for and is being done, such as ``Run and explain menu.j2``; empty if nothing is.
        refusals: what the model had against the prompt, such as that it is too long.
    """

    documents: Mapping[str, Document]
    analysis: Analysis
    choices: Choices = field(default_factory=Choices)
    explained: Explained | None = None
    activity: str = ""
    refusals: tuple[Problem, ...] = ()

    @property
    def path(self) -> str:
        """The path of the prompt file."""
        return self.analysis.path


@remembered
def lines(snapshot: Snapshot, path: str) -> Lines:
    """The lines of a document as it is now."""
    return Lines(snapshot.documents[path].text)
