"""A document to a prompt template: the format is chosen by the file's ending.

Decisions:
- An unknown ending, and standard input, mean plain text.
- No file is opened here: the caller looks for the sidecar that ``sidecar_name`` tells, and hands it over.
"""

from __future__ import annotations

from types import ModuleType
from typing import cast

from prompt_salience.prompts.cases import Case, Input, Value
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.formats import jinja_file, jsonl, prompty, text_file
from prompt_salience.prompts.formats.format import Format, PromptTemplate
from prompt_salience.prompts.problems import Problem, Severity
from prompt_salience.prompts.source_map import Place
from prompt_salience.prompts.suggestions import asked, nearest

__all__ = [
    "FORMATS",
    "Case",
    "Format",
    "Input",
    "PromptTemplate",
    "Value",
    "format_of",
    "format_of_language",
    "parse_template",
    "sidecar_name",
    "template_problems",
]

MODULES: tuple[ModuleType, ...] = (prompty, jinja_file, jsonl, text_file)
FORMATS: tuple[Format, ...] = tuple(cast("Format", module) for module in MODULES)
PLAIN_TEXT = cast("Format", text_file)
STANDARD_INPUT = "<stdin>"
SIDECAR_ENDING = ".values.yaml"


def format_of(path: str) -> Format:
    """The format of a file, told by its ending."""
    name = path.lower()
    return next((found for found in FORMATS if name.endswith(found.ENDINGS)), PLAIN_TEXT)


def format_of_language(language: str) -> Format | None:
    """The format that an editor's name for a language means, or None where it means none of ours."""
    return next((found for found in FORMATS if language in found.LANGUAGES), None)


def sidecar_name(path: str) -> str | None:
    """The path of the file that may hold the values of ``path``: ``menu.values.yaml`` for ``menu.j2``.

    None for a format that keeps its values in itself, and for standard input.
    """
    if path == STANDARD_INPUT or not format_of(path).HAS_SIDECAR:
        return None
    folder_end = max(path.rfind("/"), path.rfind("\\")) + 1
    name = path[folder_end:]
    dot = name.rfind(".")
    return path[:folder_end] + (name[:dot] if dot > 0 else name) + SIDECAR_ENDING


def parse_template(
    document: Document, sidecar: Document | None = None, written_in: Format | None = None
) -> PromptTemplate:
    """The template that a document holds, with the values of its sidecar where it has one.

    Args:
        document: the file.
        sidecar: the file of values beside it.
        written_in: its format; otherwise its ending tells.

    Raises:
        PromptError: the document or its sidecar is broken.
    """
    return (written_in or format_of(document.path)).parse(document, sidecar)


def template_problems(template: PromptTemplate) -> tuple[Problem, ...]:
    """What is odd about a template and yet does not stop it: keys without a meaning, values that nothing shows."""
    unused = _unused(template) if template.program else {}
    return tuple(sorted({*template.warnings, *unused}, key=lambda problem: (problem.place.path, problem.place.start)))


def _unused(template: PromptTemplate) -> dict[Problem, None]:
    used = template.program.variables if template.program else {}
    names = [(name, value.name_place) for case in template.cases for name, value in case.values.items()]
    names += [(declared.name, declared.place) for declared in template.inputs]
    return {_unused_problem(name, place, nearest(name, used)): None for name, place in names if name not in used}


def _unused_problem(name: str, place: Place, meant: str) -> Problem:
    message = f"The template does not use {name!r}."
    return Problem(place, message, "unused-value", asked(meant), Severity.WARNING, meant)
