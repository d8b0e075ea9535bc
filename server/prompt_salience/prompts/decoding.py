"""Bytes of a file to a document, or a problem at the first byte that is no text.

Decisions:
- Prompt files are UTF-8. A byte order mark in front is dropped and counts as no text.
- A NUL character means a binary file, although it is valid UTF-8.
"""

from __future__ import annotations

from prompt_salience.prompts.document import Document
from prompt_salience.prompts.problems import Problem, PromptError
from prompt_salience.prompts.source_map import Place

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def decode(path: str, data: bytes) -> Document:
    """The document that ``data`` holds.

    Raises:
        PromptError: ``data`` is not UTF-8 text; the place counts the characters that precede the fault.
    """
    data = data.removeprefix(BYTE_ORDER_MARK)
    nul = data.find(b"\0")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if nul < 0 or error.start < nul:
            offset = len(data[: error.start].decode("utf-8"))
            message = f"This is not UTF-8 text: byte 0x{data[error.start]:02x} cannot stand here."
            raise _unreadable(path, offset, message, "Save the file with the UTF-8 encoding.") from error
    else:
        if nul < 0:
            return Document(path, text)
    offset = len(data[:nul].decode("utf-8"))
    raise _unreadable(path, offset, "This is a binary file: it holds a NUL character.", "Choose a text file.")


def _unreadable(path: str, offset: int, message: str, suggestion: str) -> PromptError:
    return PromptError(Problem(Place(path, offset, offset), message, "unreadable-bytes", suggestion))
