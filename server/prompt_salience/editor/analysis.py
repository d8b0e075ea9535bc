"""What is known about a prompt file from its text alone, without a model.

Decisions:
- A broken file is a result too: whatever could be found out before the fault is there, and the problems say the rest.
- Of a binary file nothing else is said than that it is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from prompt_salience.prompts.decoding import unreadable_character
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.formats.format import Format, PromptTemplate
from prompt_salience.prompts.problems import Problem, PromptError, Severity
from prompt_salience.prompts.rendered import RenderedPrompt
from prompt_salience.prompts.rendering import chosen_case, render
from prompt_salience.prompts.template import format_of, parse_template, template_problems


@dataclass(frozen=True)
class Source:
    """A prompt file and the file of values beside it, as texts.

    ``format`` is told by the file's ending where it is None. ``unreadable`` says what is wrong with a file of values
    that is there and yet no text.
    """

    document: Document
    sidecar: Document | None = None
    format: Format | None = None
    unreadable: tuple[Problem, ...] = ()

    @property
    def documents(self) -> dict[str, Document]:
        """The texts by path, the prompt file first."""
        return {text.path: text for text in (self.document, self.sidecar) if text}


@dataclass(frozen=True)
class Analysis:
    """What a source says.

    Attributes:
        source: what was analysed.
        template: None where the file is no template.
        rendered: None where the case could not be rendered.
        asked: the name of the case that was asked for; None for the first.
        case: the name of the case that was rendered; empty for the only case of a template.
        problems: everything that is wrong or odd, in the order of path and text.
    """

    source: Source
    template: PromptTemplate | None
    rendered: RenderedPrompt | None
    asked: str | None
    case: str
    problems: tuple[Problem, ...]

    @property
    def path(self) -> str:
        """The path of the prompt file."""
        return self.source.document.path

    @property
    def format(self) -> Format:
        """The format of the prompt file."""
        return self.source.format or format_of(self.path)

    @property
    def documents(self) -> Mapping[str, Document]:
        """The texts that were analysed, by path."""
        return self.source.documents

    @property
    def cases(self) -> tuple[str, ...]:
        """The names of the cases; empty for a template whose only case has none."""
        return tuple(case.name for case in self.template.cases if case.name) if self.template else ()


def analyse(source: Source, case: str | None = None) -> Analysis:
    """Parse a prompt file and render one of its cases, the first by default or where there is none of this name."""
    no_text = [problem for problem in map(unreadable_character, source.documents.values()) if problem]
    unreadable = (*source.unreadable, *no_text)
    if any(problem.severity is Severity.ERROR for problem in no_text):
        return Analysis(source, None, None, case, case or "", _sorted(*unreadable))
    try:
        template = parse_template(source.document, source.sidecar, source.format)
    except PromptError as error:
        return Analysis(source, None, None, case, case or "", _sorted(*unreadable, *error.problems))
    problems = [*unreadable, *template_problems(template)]
    names = [known.name for known in template.cases]
    chosen = chosen_case(template, case if case in names else None).name
    try:
        rendered = render(template, chosen)
    except PromptError as error:
        return Analysis(source, template, None, case, chosen, _sorted(*problems, *error.problems))
    return Analysis(source, template, rendered, case, chosen, _sorted(*problems))


def _sorted(*problems: Problem) -> tuple[Problem, ...]:
    return tuple(sorted(set(problems), key=lambda found: (found.place.path, found.place.start, found.place.end)))
