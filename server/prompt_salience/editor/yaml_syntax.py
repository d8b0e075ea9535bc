"""Highlights of YAML: keys and comments, up to the first fault by the rules of YAML, below it by how a line begins."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from prompt_salience.editor.highlight import Highlight, Kind
from prompt_salience.prompts.yaml_data import Loader

COMMENT = re.compile(r"(?:^|(?<=[\s\[\]{},]))#[^\r\n]*", re.MULTILINE)
KEY_OR_COMMENT = re.compile(
    r"^[ \t]*+(?:-[ \t]++)*+"
    r"(?:(?P<comment>#[^\r\n]*+)|(?P<key>[^\s#:'\"{}\[\],&*!|>%@`-][^:#\r\n]*?)[ \t]*+:(?=\s|\Z))",
    re.MULTILINE,
)


def yaml_syntax(text: str, start: int, end: int) -> Iterator[Highlight]:
    """The keys and comments in the characters ``start:end`` of a text, in order; a key may be long."""
    written = text[start:end]
    found, reached = _scanned(written)
    yield from (Highlight(start + piece.start, start + piece.end, piece.kind) for piece in found)
    for match in KEY_OR_COMMENT.finditer(text, start + reached, end):
        kind = Kind.COMMENT if match["comment"] else Kind.PROPERTY
        yield Highlight(*match.span("comment" if match["comment"] else "key"), kind)


def _scanned(written: str) -> tuple[list[Highlight], int]:
    """What is found before the first fault, and the line end from which on lines are looked at one by one."""
    found: list[Highlight] = []
    position, is_key = 0, False
    try:
        for token in yaml.scan(written, Loader=Loader):
            if isinstance(token, yaml.ScalarToken):
                found += _comments(written, position, token.start_mark.index)
                position = token.end_mark.index
                if is_key and token.start_mark.index < position:
                    found.append(Highlight(token.start_mark.index, position, Kind.PROPERTY))
            is_key = isinstance(token, yaml.KeyToken)
    except (yaml.YAMLError, UnicodeEncodeError):
        line_end = re.compile(r"[\r\n]|\Z").search(written, position)
        return found, line_end.end() if line_end else position
    found += _comments(written, position, len(written))
    return found, len(written)


def _comments(written: str, start: int, end: int) -> Iterator[Highlight]:
    return (Highlight(*match.span(), Kind.COMMENT) for match in COMMENT.finditer(written, start, end))
