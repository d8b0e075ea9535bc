"""Bytes of a file to a document, or a problem at the first byte that is no text; and the same of what an editor read.

Decisions:
- Prompt files are UTF-8. A byte order mark in front is dropped and counts as no text.
- A NUL character means a binary file, although it is valid UTF-8.
- An editor reads every file. Where bytes are not UTF-8 it shows U+FFFD, which a text may also hold for itself: that is
  odd, and no error.
"""

from __future__ import annotations

import re

from prompt_salience.prompts.document import Document
from prompt_salience.prompts.problems import Problem, PromptError, Severity
from prompt_salience.prompts.source_map import Place

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
CODE = "unreadable-bytes"
_NUL = "This is a binary file: it holds a NUL character."
_CHOOSE = "Choose a text file."
_NO_TEXT = re.compile("[\0\ufffd]")


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
    raise _unreadable(path, offset, _NUL, _CHOOSE)


def unreadable_character(document: Document) -> Problem | None:
    """What tells that a text which an editor read was no text in the file, at the first character that does.

    An error where the text holds a NUL, a warning where it holds but U+FFFD; None where it holds neither.
    """
    found = _NO_TEXT.search(document.text)
    if not found:
        return None
    place = Place(document.path, *found.span())
    if "\0" in document.text:
        message = _NUL if found[0] == "\0" else "This is a binary file: it holds bytes that are no text."
        return Problem(place, message, CODE, _CHOOSE)
    message = "The character U+FFFD stands here, as it does where a file is not UTF-8 text."
    advice = "If you did not write it, open the file again with its encoding, and save it with UTF-8."
    return Problem(place, message, CODE, advice, Severity.WARNING)


def _unreadable(path: str, offset: int, message: str, suggestion: str) -> PromptError:
    return PromptError(Problem(Place(path, offset, offset), message, CODE, suggestion))
