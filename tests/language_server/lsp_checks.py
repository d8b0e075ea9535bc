"""What must hold of any answer of a server, whatever the text it is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fake_editor import decoded, lines_of
from lsprotocol import types

REFUSALS = {types.LSPErrorCodes.ContentModified.value, types.LSPErrorCodes.RequestFailed.value}
"""What a request that is in order may be refused with."""


def as_sent(text: str) -> str:
    """A text as it is after a way through JSON: two surrogates that make a character are one."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def check_ranges(answer: Any, uri: str, texts: dict[str, str]) -> None:
    """All ranges and positions of an answer lie in the documents that they are about."""
    for about, found in ranges_of(answer, uri):
        if about in texts:
            check_range(found, texts[about])


def ranges_of(answer: Any, uri: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The ranges of an answer, each with the URI that it is about."""
    if isinstance(answer, list):
        for one in answer:
            yield from ranges_of(one, uri)
    elif isinstance(answer, dict):
        if "start" in answer and "end" in answer:
            yield uri, answer
        about = answer.get("uri") or (answer.get("textDocument") or {}).get("uri") or uri
        for member in answer.values():
            yield from ranges_of(member, about)


def check_range(found: dict[str, Any], text: str) -> None:
    start, end = ((found[name]["line"], found[name]["character"]) for name in ("start", "end"))
    assert start <= end, found
    rows = [row.rstrip("\r\n") for row in lines_of(text)]
    for line, character in (start, end):
        assert 0 <= line < len(rows), (found, len(rows))
        assert character in borders(rows[line]), (found, rows[line])


def borders(row: str) -> set[int]:
    """The columns of a line between two characters."""
    found, column = {0}, 0
    for character in row:
        column += 2 if character > "\uffff" else 1
        found.add(column)
    return found


def check_tokens(text: str, data: list[int], legend: dict[str, Any]) -> set[tuple[int, ...]]:
    """Tokens are in order, in their lines and between characters; returns them with absolute places."""
    decoded(text, data, types.SemanticTokensLegend(legend["tokenTypes"], legend["tokenModifiers"]))
    rows = [borders(row.rstrip("\r\n")) for row in lines_of(text)]
    found, line, start = set(), 0, 0
    for index in range(0, len(data), 5):
        down, right, length, kind, bits = data[index : index + 5]
        line, start = line + down, right if down else start + right
        assert {start, start + length} <= rows[line], "a token cuts a character in two"
        found.add((line, start, length, kind, bits))
    return found


def applied(data: list[int], edits: list[dict[str, Any]]) -> list[int]:
    """Tokens after some edits, as a client makes them."""
    now = list(data)
    for edit in sorted(edits, key=lambda one: one["start"], reverse=True):
        now[edit["start"] : edit["start"] + edit["deleteCount"]] = edit.get("data") or []
    return now
