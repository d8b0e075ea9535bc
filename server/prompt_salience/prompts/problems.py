"""What is wrong with a prompt file, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from prompt_salience.prompts.source_map import Place


class Severity(StrEnum):
    """Whether a problem stops rendering."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault at one place.

    Attributes:
        code: a stable name such as ``undefined-variable``.
        suggestion: what to do about it, in a sentence; may be empty.
        replacement: the name to write instead of the one that stands at ``place``, without quotes; may be empty.
    """

    place: Place
    message: str
    code: str
    suggestion: str = ""
    severity: Severity = Severity.ERROR
    replacement: str = ""


class PromptError(Exception):
    """A prompt cannot be rendered: every error found, in the order of the text."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


class Faults:
    """Gathers what is wrong with the parts of a file, so that a fault of one does not hide those of another."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Take note of a block's faults, and go on behind it."""
        try:
            yield
        except PromptError as error:
            self._found += error.problems

    def raise_if_any(self, warnings: Iterable[Problem] = ()) -> None:
        """End the reading of the file where there were faults; what is merely odd is told with them.

        Raises:
            PromptError: there were.
        """
        if self._found:
            raise PromptError(*sorted((*self._found, *warnings), key=lambda found: found.place.start))
