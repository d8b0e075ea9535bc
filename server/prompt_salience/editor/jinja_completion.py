"""What may be written inside a tag, told by the words before the cursor.

Decisions:
- Only the text up to the cursor counts, and the rest of the word that the cursor is in, which is replaced.
- Where an operand has just ended, an operator may follow; anywhere else a value may.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from prompt_salience.editor.known_values import declared_inputs, known_values, used_names
from prompt_salience.editor.proposal import Proposal, ProposalKind
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.variable_lookup import shortened
from prompt_salience.prompts.jinja.open_blocks import LocalName, OpenBlock, open_blocks
from prompt_salience.prompts.jinja.tag_tokens import Token, TokenKind, tokens_within
from prompt_salience.prompts.jinja.tags import Tag, tags
from prompt_salience.prompts.jinja.vocabulary import (
    CLOSED,
    CONSTANTS,
    FUNCTIONS,
    KEYWORDS,
    LOOP,
    STATEMENTS,
    filters,
    tests,
)

WORD_BEFORE = re.compile(r"\w*\Z")
WORD_AFTER = re.compile(r"\w*")
LONGEST_DETAIL = 60
OPERATORS = ("and", "else", "if", "in", "is", "not in", "or")


def tag_at(text: str, start: int, offset: int) -> Tag | None:
    """The tag of a template, which begins at ``start``, inside of which an offset is."""
    for tag in tags(text, start, len(text)):
        if tag.start + 2 > offset:
            return None
        if offset <= tag.inner_end:
            return tag
    return None


class TagCompletion:
    """Proposals at one offset inside one tag of a body that begins at ``body``."""

    def __init__(self, snapshot: Snapshot, body: int, tag: Tag, offset: int) -> None:
        self._snapshot = snapshot
        self._body = body
        self._tag = tag
        self._text = snapshot.documents[snapshot.path].text
        before, after = WORD_BEFORE.search(self._text, tag.inner_start, offset), WORD_AFTER.match(self._text, offset)
        self._start = before.start() if before else offset
        self._end = after.end() if after else offset
        self._offset = offset

    def proposals(self) -> Iterator[Proposal]:
        """What may stand at the offset."""
        words = [*tokens_within(self._text, self._tag.inner_start, self._offset)]
        if self._tag.sign == "{#" or (words and _is_open_string(words[-1])):
            return
        if words and words[-1].kind in (TokenKind.NAME, TokenKind.NUMBER) and words[-1].end > self._start:
            words.pop()
        before = words[-1].text if words else ""
        if self._tag.sign == "{%" and not words:
            yield from self._statements()
        elif before == ".":
            yield from self._parts(words[:-1])
        elif before == "|" or (self._tag.name == "filter" and len(words) == 1):
            yield from self._all(filters(), ProposalKind.FUNCTION, "filter")
        elif before == "is" or [word.text for word in words[-2:]] == ["is", "not"]:
            yield from self._all(tests(), ProposalKind.FUNCTION, "test")
        else:
            yield from self._in_expression(words)

    def _in_expression(self, words: Sequence[Token]) -> Iterator[Proposal]:
        if self._tag.sign == "{%" and _is_named(words):
            if words[0].text == "for" and len(words) > 1:
                yield from self._all({"in": ""}, ProposalKind.KEYWORD, "")
        elif words and _is_operand(words[-1]):
            yield from self._all(dict.fromkeys(OPERATORS, ""), ProposalKind.KEYWORD, "")
        else:
            yield from self._variables()
            yield from self._all(FUNCTIONS, ProposalKind.FUNCTION, "function")

    def _statements(self) -> Iterator[Proposal]:
        blocks = self._blocks()
        closing = {f"end{block.name}": f"Ends {block.name}." for block in blocks[:0:-1]}
        branches = {"if": ("elif", "else"), "for": ("else",)}.get(blocks[-1].name, ())
        names = {name: about for name, about in STATEMENTS.items() if name not in ("elif", "else") or name in branches}
        yield from self._all({**closing, **names}, ProposalKind.KEYWORD, "")

    def _variables(self) -> Iterator[Proposal]:
        blocks = self._blocks()
        local = {name.name: "set in the template" for block in blocks for name in block.names}
        if any(block.name == "for" for block in blocks):
            local["loop"] = "the loop"
        values = {name: _detail(value.data) for name, value in known_values(self._snapshot).items()}
        inputs = {known.name: known.kind for known in declared_inputs(self._snapshot)}
        used = dict.fromkeys(used_names(self._snapshot, self._body), "no value")
        typed = self._text[self._start : self._end]
        for name, detail in {**used, **inputs, **values, **local}.items():
            if name != typed or detail != "no value":
                yield self._proposal(name, ProposalKind.VARIABLE, detail, "")

    def _parts(self, words: Sequence[Token]) -> Iterator[Proposal]:
        path = _path_before(words)
        if path == ["loop"] and any(block.name == "for" for block in self._blocks()):
            yield from self._all(LOOP, ProposalKind.PROPERTY, "loop")
            return
        data = self._data(path)
        for key, value in data.items() if isinstance(data, Mapping) else ():
            if isinstance(key, str) and key.isidentifier():
                yield self._proposal(str.__str__(key), ProposalKind.PROPERTY, _detail(value), "")

    def _data(self, path: Sequence[str | int]) -> Any:
        """What a path leads to in the values, through the loops around it; None where that is not known."""
        if not path:
            return None
        local = {name.name: name for block in self._blocks() for name in block.names}
        values, first = known_values(self._snapshot), str(path[0])
        data = self._item(local[first]) if first in local else values[first].data if first in values else None
        return _followed(data, path[1:])

    def _item(self, name: LocalName) -> Any:
        path = _path_before(name.over)
        inside = path and path[0] != name.name and self._data(path)
        return inside[0] if isinstance(inside, list) and inside else None

    def _blocks(self) -> tuple[OpenBlock, ...]:
        return open_blocks(self._text, self._body, self._tag.start)

    def _all(self, names: Mapping[str, str], kind: ProposalKind, detail: str) -> Iterable[Proposal]:
        return (self._proposal(name, kind, detail, about) for name, about in names.items())

    def _proposal(self, name: str, kind: ProposalKind, detail: str, documentation: str) -> Proposal:
        return Proposal(name, kind, self._start, self._end, name, detail, documentation)


def _is_open_string(word: Token) -> bool:
    return word.kind is TokenKind.STRING and (len(word.text) == 1 or word.text[-1] != word.text[0])


def _is_named(words: Sequence[Token]) -> bool:
    """Whether a new name, or nothing, follows in a statement."""
    name = words[0].text
    texts = [word.text for word in words]
    if name == "for":
        return "in" not in texts
    if name in ("macro", "block"):
        return len(words) == 1
    return (name == "set" and "=" not in texts) or (name.startswith("end") and name.removeprefix("end") in CLOSED)


def _is_operand(word: Token) -> bool:
    if word.kind is TokenKind.NAME:
        return word.text in CONSTANTS or word.text not in KEYWORDS | STATEMENTS.keys()
    return word.kind in (TokenKind.NUMBER, TokenKind.STRING) or word.text in (")", "]", "}")


def _path_before(words: Sequence[Token]) -> list[str | int]:
    """The names and numbers of a path such as ``rows[0].guest`` that ends with the last word; empty for none."""
    path: list[str | int] = []
    rest = [*words]
    while rest:
        last = rest.pop()
        if last.text == "]" and len(rest) > 1 and rest[-2].text == "[":
            index = rest.pop()
            rest.pop()
            path.append(
                int(index.text) if index.kind is TokenKind.NUMBER and index.text.isdecimal() else index.text[1:-1]
            )
        elif last.kind is TokenKind.NAME:
            path.append(last.text)
            if not rest or rest[-1].text != ".":
                return path[::-1]
            rest.pop()
        else:
            return []
    return []


def _followed(data: Any, path: Iterable[str | int]) -> Any:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _detail(data: Any) -> str:
    return " ".join(shortened(data, LONGEST_DETAIL).split())
