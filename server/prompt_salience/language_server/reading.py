"""Prompt files from the editor and from the disk to an analysis; runs in a thread.

Decisions:
- The values beside a template are read anew with every analysis, unless the editor has them open: a client that does
  not watch files is then never shown old ones.
"""

from __future__ import annotations

from pathlib import Path

from prompt_salience.editor.analysis import Analysis, Source, analyse
from prompt_salience.prompts.decoding import decode
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.formats.format import Format
from prompt_salience.prompts.problems import Problem, PromptError
from prompt_salience.prompts.source_map import Place
from prompt_salience.prompts.template import SIDECAR_ENDING, format_of, sidecar_name
from prompt_salience.template_files import UnreadableFileError, read_bytes

TEMPLATE_ENDINGS = (".j2", ".jinja", ".jinja2", ".txt", ".md", ".markdown", ".text")


def sidecar_path(path: str) -> str | None:
    """Where the values of a prompt file would be; None for one that keeps them itself, and for one without a file."""
    return sidecar_name(path) if Path(path).is_absolute() else None


def is_sidecar(path: str) -> bool:
    """Whether a path is that of a file of values."""
    return path.endswith(SIDECAR_ENDING)


def template_beside(path: str) -> str | None:
    """The prompt file that a file of values belongs to, if there is one on the disk."""
    stem = path.removesuffix(SIDECAR_ENDING)
    return next((stem + ending for ending in TEMPLATE_ENDINGS if Path(stem + ending).is_file()), None)


def analysis_of(
    document: Document, written_in: Format | None, open_sidecar: Document | None, case: str | None
) -> Analysis:
    """The analysis of a prompt file with its values: those that the editor has open, else those on the disk."""
    sidecar, unreadable = (open_sidecar, ()) if open_sidecar else _sidecar_on_disk(document.path)
    return analyse(Source(document, sidecar, written_in or format_of(document.path), unreadable), case)


def _sidecar_on_disk(path: str) -> tuple[Document | None, tuple[Problem, ...]]:
    beside = sidecar_path(path)
    if beside is None or not Path(beside).is_file():
        return None, ()
    try:
        return decode(beside, read_bytes(beside)), ()
    except PromptError as error:
        return None, error.problems
    except UnreadableFileError as error:
        return None, (Problem(Place(beside, 0, 0), str(error), "unreadable-file"),)


def document_on_disk(path: str) -> Document | None:
    """The text of a file, or None where it cannot be read as one."""
    try:
        return decode(path, read_bytes(path))
    except (PromptError, UnreadableFileError):
        return None
