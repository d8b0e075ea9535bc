"""Highlights of Jinja tags: what a word is, told by the words and signs beside it.

Decisions:
- Nothing is parsed: a word after ``.`` is an attribute, one after ``|`` or ``is`` is a filter or a test, one before
  ``(`` is called, the first of a statement is its keyword. So a tag that is being typed is styled like a finished one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prompt_salience.editor.highlight import Highlight, Kind
from prompt_salience.prompts.jinja.tag_tokens import Token, TokenKind, tokens
from prompt_salience.prompts.jinja.tags import Tag, tags

KEYWORDS = frozenset(("and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None"))
KEYWORDS_OF_STATEMENTS = {"for": ("recursive",), "block": ("scoped", "required")}
KINDS = {TokenKind.STRING: Kind.STRING, TokenKind.NUMBER: Kind.NUMBER, TokenKind.OPERATOR: Kind.OPERATOR}
START = Token(TokenKind.OPERATOR, 0, 0, "")


def jinja_syntax(text: str, start: int, end: int) -> Iterator[Highlight]:
    """The pieces of the tags in the characters ``start:end`` of a text, in order; strings and comments may be long."""
    for tag in tags(text, start, end):
        if tag.sign == "{#":
            yield Highlight(tag.start, tag.end, Kind.COMMENT)
            continue
        yield Highlight(tag.start, tag.inner_start, Kind.OPERATOR)
        yield from _inside(tag, tuple(tokens(text, tag)))
        if tag.closed:
            yield Highlight(tag.inner_end, tag.end, Kind.OPERATOR)


def _inside(tag: Tag, found: Sequence[Token]) -> Iterator[Highlight]:
    for number, token in enumerate(found):
        kind = KINDS.get(token.kind) or _word(tag, found, number)
        yield Highlight(token.start, token.end, kind)


def _word(tag: Tag, found: Sequence[Token], number: int) -> Kind:
    token = found[number]
    before = found[number - 1] if number else START
    after = found[number + 1].text if number + 1 < len(found) else ""
    if before.text == ".":
        return Kind.FUNCTION if after == "(" else Kind.PROPERTY
    if tag.sign == "{%" and number == 0:
        return Kind.KEYWORD
    if before.text in ("|", "is") or _is_negated_test(found, number):
        return Kind.KEYWORD if token.text == "not" else Kind.FUNCTION
    if token.text in KEYWORDS or token.text in KEYWORDS_OF_STATEMENTS.get(tag.name, ()):
        return Kind.KEYWORD
    return _name(tag, before, number, after)


def _is_negated_test(found: Sequence[Token], number: int) -> bool:
    return number > 1 and found[number - 1].text == "not" and found[number - 2].text == "is"


def _name(tag: Tag, before: Token, number: int, after: str) -> Kind:
    if after == "(" or (number == 1 and tag.name in ("macro", "filter", "block")):
        return Kind.FUNCTION
    is_argument = after == "=" and before.text in ("(", ",") and tag.name not in ("macro", "with")
    return Kind.PROPERTY if is_argument else Kind.VARIABLE
