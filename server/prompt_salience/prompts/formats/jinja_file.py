"""Bare Jinja: the whole file is the template, and its values stand in a sidecar.

Decisions:
- As stock Jinja does by default, one line end at the end of the file is dropped.
"""

from __future__ import annotations

from prompt_salience.prompts.cases import Case
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.formats.format import PromptTemplate
from prompt_salience.prompts.formats.sidecar import SidecarReader
from prompt_salience.prompts.jinja.program import Program, compile_template
from prompt_salience.prompts.normalised import NormalisedText
from prompt_salience.prompts.problems import Faults

NAME = "jinja"
ENDINGS = (".j2", ".jinja", ".jinja2")
LANGUAGES = ("jinja", "jinja2", "j2", "jinja-md", "jinja-text", "prompt-salience-jinja")
HAS_SIDECAR = True


def parse(document: Document, sidecar: Document | None) -> PromptTemplate:
    """The template that a document holds."""
    return parse_jinja(document, sidecar, NAME, keep_trailing_newline=False)


def parse_jinja(
    document: Document, sidecar: Document | None, name: str, *, keep_trailing_newline: bool
) -> PromptTemplate:
    """A template whose body is the whole document.

    Raises:
        PromptError: the template or its sidecar is broken.
    """
    body = NormalisedText(document, 0, len(document.text))
    if sidecar is None:
        program = compile_template(body, keep_trailing_newline=keep_trailing_newline)
        return PromptTemplate(document, None, name, body, (Case(),), program)
    faults, reader = Faults(), SidecarReader(sidecar)
    filled: Program | None = None
    cases: tuple[Case, ...] = ()
    with faults.gathered():
        filled = compile_template(body, keep_trailing_newline=keep_trailing_newline)
    with faults.gathered():
        cases = reader.cases()
    warnings = tuple(reader.warnings)
    faults.raise_if_any(warnings)
    return PromptTemplate(document, sidecar, name, body, cases, filled, warnings=warnings, outline=reader.outline)
