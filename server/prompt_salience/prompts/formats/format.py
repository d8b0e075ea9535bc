"""What a prompt file of any format comes down to, and the protocol that a format fulfils."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from prompt_salience.prompts.cases import Case, Input
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.jinja.program import Program
from prompt_salience.prompts.normalised import NormalisedText
from prompt_salience.prompts.problems import Problem
from prompt_salience.prompts.roles import RoleMarker
from prompt_salience.prompts.source_map import Place
from prompt_salience.prompts.yaml_outline import Entry


@dataclass(frozen=True)
class PromptTemplate:
    """A parsed prompt file.

    Attributes:
        document: the file.
        sidecar: the file of values that belongs to it, or None.
        format: the name of the format, such as ``prompty``.
        body: the text that is rendered.
        cases: at least one, in the order of the file.
        program: the compiled body, or None where the body is taken literally.
        inputs: the variables that the file declares.
        roles: the lines of the body that start messages.
        outline: what stands where in the front matter, or else in the sidecar; None where there is none.
        warnings: what is odd about the file and yet does not stop it from being rendered.
    """

    document: Document
    sidecar: Document | None
    format: str
    body: NormalisedText
    cases: tuple[Case, ...]
    program: Program | None = None
    inputs: tuple[Input, ...] = ()
    roles: tuple[RoleMarker, ...] = ()
    warnings: tuple[Problem, ...] = field(default=())
    outline: Entry | None = field(default=None, repr=False)

    @property
    def place(self) -> Place:
        """Where the body stands."""
        return self.body.place


class Format(Protocol):
    """A format of prompt files: a module with its names, the endings it is chosen by, and ``parse``."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a constant of the module.
        """What people call it."""
        ...

    @property
    def ENDINGS(self) -> tuple[str, ...]:  # noqa: N802
        """The file endings it is chosen by, in small letters and with the dot."""
        ...

    @property
    def LANGUAGES(self) -> tuple[str, ...]:  # noqa: N802
        """What editors call it, for a document without a file."""
        ...

    @property
    def HAS_SIDECAR(self) -> bool:  # noqa: N802
        """Whether values may stand in a file beside it."""
        ...

    def parse(self, document: Document, sidecar: Document | None) -> PromptTemplate:
        """The template that a document holds.

        Raises:
            PromptError: the document, or its sidecar, is broken.
        """
        ...
