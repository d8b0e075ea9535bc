"""The arguments of commands: read leniently, refused with a sentence.

Decisions:
- The first one is the URI of a document, as text or as a member ``uri`` of an object; left out, it is the document that
  was last worked on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from prompt_salience.language_server.prompt_file import PromptFile
from prompt_salience.language_server.server import Server


def asked_uri(ls: Server, arguments: Sequence[Any]) -> str:
    """The URI that a command is about.

    Raises:
        JsonRpcInvalidParams: the argument is no URI, or there is none and no document is open.
    """
    given = arguments[0] if arguments else None
    uri = given.get("uri") if isinstance(given, Mapping) else given
    if uri is None:
        uri = ls.active
    if not isinstance(uri, str) or not uri:
        raise JsonRpcInvalidParams("The first argument must be the URI of an open prompt file.")
    return uri


async def asked_file(ls: Server, arguments: Sequence[Any]) -> PromptFile:
    """The prompt file that a command is about, analysed as it stands now.

    Raises:
        JsonRpcInvalidParams: the argument is no URI, or that of no open prompt file.
    """
    uri = asked_uri(ls, arguments)
    file = ls.file(uri)
    if file is None:
        message = f"{uri} is no prompt file that is open."
        raise JsonRpcInvalidParams(message)
    await ls.configuration.settle(_PATIENCE)
    await ls.files.settle(file, _PATIENCE, hurry=True)
    return file


def further(arguments: Sequence[Any], index: int = 1) -> Any:
    """An argument after the URI; None where it is left out."""
    return arguments[index] if len(arguments) > index else None


def range_of(asked: Mapping[str, Any]) -> types.Range:
    """The range that an object means; a position is one without text.

    Raises:
        JsonRpcInvalidParams: it means none.
    """
    start = asked.get("start", asked)
    return types.Range(_position(start), _position(asked.get("end", start)))


def _position(asked: Any) -> types.Position:
    line, character = (asked.get("line"), asked.get("character")) if isinstance(asked, Mapping) else (None, None)
    if isinstance(line, int) and isinstance(character, int) and line >= 0 and character >= 0:
        return types.Position(line, character)
    raise JsonRpcInvalidParams("A position has a line and a character.")


_PATIENCE = 10.0
