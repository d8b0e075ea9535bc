"""Reading what the user named, a prompt file or standard input, and showing what is wrong with it in its lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO

from prompt_salience.cli.errors import InputError
from prompt_salience.cli.problems import described
from prompt_salience.prompts.decoding import decode
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.problems import PromptError
from prompt_salience.template_files import (
    TemplateFile,
    UnreadableFileError,
    existing_sidecar,
    parsed_template,
    read_bounded,
    read_bytes,
)

STANDARD_INPUT = "-"
STANDARD_INPUT_NAME = "<stdin>"


def read_template_file(path: str, stdin: BinaryIO) -> TemplateFile:
    """Read and parse a prompt file, with its values file if there is one; ``-`` is standard input.

    Raises:
        InputError: a file cannot be read, is no text, or is no template.
    """
    try:
        document, sidecar = _documents(path, stdin)
    except UnreadableFileError as error:
        raise InputError(str(error)) from error
    except OSError as error:
        message = f"{path if path != STANDARD_INPUT else STANDARD_INPUT_NAME}: {error.strerror or error}"
        raise InputError(message) from error
    with problems_shown({text.path: text for text in (document, sidecar) if text}):
        return parsed_template(document, sidecar)


@contextmanager
def problems_shown(documents: Mapping[str, Document]) -> Iterator[None]:
    """Turn the problems of a prompt into an ``InputError`` that shows each in its source line."""
    try:
        yield
    except PromptError as error:
        raise InputError("\n".join(described(problem, documents) for problem in error.problems)) from error


def _documents(path: str, stdin: BinaryIO) -> tuple[Document, Document | None]:
    if path == STANDARD_INPUT:
        return _decoded(STANDARD_INPUT_NAME, read_bounded(STANDARD_INPUT_NAME, stdin)), None
    beside = existing_sidecar(path)
    return _decoded(path, read_bytes(path)), _decoded(beside, read_bytes(beside)) if beside else None


def _decoded(name: str, data: bytes) -> Document:
    with problems_shown({name: Document(name, data.decode("utf-8", "replace"))}):
        return decode(name, data)
