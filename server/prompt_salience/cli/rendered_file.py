"""From the options and a template file to a rendered prompt, with the problems of the template told on the way."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass

from prompt_salience.cli.files import problems_shown
from prompt_salience.cli.problems import described
from prompt_salience.cli.session import Session
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.rendered import Form, RenderedPrompt
from prompt_salience.prompts.rendering import chosen_case, render, template_problems
from prompt_salience.template_files import TemplateFile, with_overrides


@dataclass(frozen=True)
class RenderedFile:
    """A rendered prompt, the name of its case (empty if there is none), and the target text that the case names."""

    prompt: RenderedPrompt
    case: str
    target: str | None
    documents: Mapping[str, Document]

    @property
    def case_in_words(self) -> str:
        """The case, as a message names it."""
        return f"the case {self.case!r}" if self.case else "the prompt"


def rendered_file(arguments: Namespace, file: TemplateFile, session: Session) -> RenderedFile:
    """Render a template with the case, values and form of the command line; warnings go to standard error.

    Raises:
        InputError: the case is not in the file, or the template cannot be rendered with these values.
    """
    overrides = dict(arguments.values)
    file = with_overrides(file, overrides)
    with problems_shown(file.documents):
        case = chosen_case(file.template, arguments.case)
        form = Form(arguments.form) if arguments.form else None
        prompt = render(file.template, case.name, overrides, form)
    for problem in template_problems(file.template):
        session.say(described(problem, file.documents))
    return RenderedFile(prompt, case.name, case.target, file.documents)
