"""What is wrong with a template that is no valid Jinja, where, and what was probably meant.

Decisions:
- Something left open is told where it was opened; Jinja itself only notices at the end of the file.
"""

from __future__ import annotations

import re

from jinja2 import Environment, TemplateSyntaxError

from prompt_salience.prompts.jinja.lexer import OffsetLexer, Position
from prompt_salience.prompts.normalised import NormalisedText
from prompt_salience.prompts.problems import Problem
from prompt_salience.prompts.suggestions import asked, nearest

STATEMENTS = ("block", "call", "filter", "for", "if", "macro", "raw", "set", "with")
TAGS = (*STATEMENTS, *(f"end{name}" for name in STATEMENTS), "elif", "else", "print")
OTHER_ENGINES = {"elseif": "elif", "elsif": "elif", "endforeach": "endfor", "foreach": "for", "end": "endif or endfor"}

UNKNOWN_TAG = re.compile(r"unknown tag '(\w+)'")
UNKNOWN_NAME = re.compile(r"No (filter|test) named '([^']+)'")
UNCLOSED_BLOCK = re.compile(r"The innermost block that needs to be closed is '(\w+)'")


def syntax_problem(
    error: TemplateSyntaxError, source: NormalisedText, lexer: OffsetLexer, environment: Environment
) -> Problem:
    """The problem that Jinja's error stands for."""
    message = error.message or "This is not valid Jinja."
    start, end = _range(error, message, lexer, str.__str__(source.text))
    meant = _meant(message, environment)
    suggestion = asked(meant) or _suggestion(message, lexer)
    replacement = "" if " " in meant else meant
    return Problem(source.located(start, end), message, "template-syntax", suggestion, replacement=replacement)


def _range(error: TemplateSyntaxError, message: str, lexer: OffsetLexer, text: str) -> tuple[int, int]:
    if _runs_out(message) and lexer.open:
        start = lexer.open[0]
        return start, start + 2
    block = UNCLOSED_BLOCK.search(message)
    if block and "Unexpected end" in message:
        return _last_open(block.group(1), lexer)
    position = error.lineno if isinstance(error.lineno, Position) else lexer.last
    unknown = UNKNOWN_NAME.search(message)
    if unknown and unknown.group(1) == "test":
        # A test is told where its ``is`` stands.
        start = text.find(unknown.group(2), position.end)
        return start, start + len(unknown.group(2))
    return position.start, position.end


def _runs_out(message: str) -> bool:
    return "end of template" in message or "unexpected char" in message


def _last_open(name: str, lexer: OffsetLexer) -> tuple[int, int]:
    closed = 0
    for tag in reversed(lexer.tags):
        if tag.name == f"end{name}":
            closed += 1
        elif tag.name == name and closed == 0:
            return tag.start, tag.end
        elif tag.name == name:
            closed -= 1
    return lexer.last.start, lexer.last.end


def _meant(message: str, environment: Environment) -> str:
    """The name that an unknown one was probably meant to be, or an empty string."""
    if tag := UNKNOWN_TAG.search(message):
        return OTHER_ENGINES.get(tag.group(1)) or nearest(tag.group(1), TAGS)
    if unknown := UNKNOWN_NAME.search(message):
        known = environment.filters if unknown.group(1) == "filter" else environment.tests
        return nearest(unknown.group(2), [name for name in known if " " not in name])
    return ""


def _suggestion(message: str, lexer: OffsetLexer) -> str:
    if lexer.open and (_runs_out(message) or message == "unexpected '}'"):
        return f"Close it with {lexer.open[1]}."
    if block := UNCLOSED_BLOCK.search(message):
        return f"Add {{% end{block.group(1)} %}}."
    return ""
