"""Reading prompt files from the disk: the one place that does, for every door to the package.

Decisions:
- Files are limited to ``LARGEST`` bytes: a prompt is read by people, and a wrong file should not fill the memory.
- The values of a template that keeps none itself are looked for beside it, and only there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from prompt_salience.prompts.decoding import decode
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.overrides import override_document
from prompt_salience.prompts.template import PromptTemplate, parse_template, sidecar_name

LARGEST = 4 * 2**20


class UnreadableFileError(Exception):
    """A file is not there, may not be read or is too large; the message begins with its path as it was given."""


@dataclass(frozen=True)
class TemplateFile:
    """A template that was read, and the texts that its problems and its source map point into, by path."""

    template: PromptTemplate
    documents: Mapping[str, Document]


def read_template(path: str) -> TemplateFile:
    """Read and parse a prompt file, with its values file if there is one.

    Raises:
        UnreadableFileError: a file cannot be read.
        PromptError: a file is no text, or no template.
    """
    beside = existing_sidecar(path)
    document = decode(path, read_bytes(path))
    return parsed_template(document, decode(beside, read_bytes(beside)) if beside else None)


def parsed_template(document: Document, sidecar: Document | None = None) -> TemplateFile:
    """Parse documents that were read before.

    Raises:
        PromptError: a document is no template.
    """
    documents = {text.path: text for text in (document, sidecar) if text}
    return TemplateFile(parse_template(document, sidecar), documents)


def with_overrides(file: TemplateFile, overrides: Mapping[str, str]) -> TemplateFile:
    """The same template, with the texts of values given by hand among its documents."""
    given = (override_document(name, text) for name, text in overrides.items())
    return TemplateFile(file.template, {**file.documents, **{document.path: document for document in given}})


def existing_sidecar(path: str) -> str | None:
    """The path of the values file beside a template, if there is one."""
    beside = sidecar_name(path)
    return beside if beside and Path(beside).exists() else None


def read_bytes(path: str) -> bytes:
    """Read what a file holds.

    Raises:
        UnreadableFileError: it cannot be read, or is too large for a prompt.
    """
    try:
        with Path(path).open("rb") as file:
            return read_bounded(path, file)
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise UnreadableFileError(message) from error


def read_bounded(name: str, file: BinaryIO) -> bytes:
    """Read what is left of an open file, called ``name`` in messages.

    Raises:
        UnreadableFileError: it is too large for a prompt.
    """
    data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        message = f"{name}: Too large for a prompt: at most {LARGEST // 2**20} MiB are read"
        raise UnreadableFileError(message)
    return data
