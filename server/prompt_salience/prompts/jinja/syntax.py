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
from prompt_salience.prompts.suggestions import did_you_mean

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
    start, end = _range(error, message, lexer)
    suggestion = _suggestion(message, lexer, environment)
    return Problem(source.located(start, end), message, "template-syntax", suggestion)


def _range(error: TemplateSyntaxError, message: str, lexer: OffsetLexer) -> tuple[int, int]:
    if _runs_out(message) and lexer.open:
        start = lexer.open[0]
        return start, start + 2
    block = UNCLOSED_BLOCK.search(message)
    if block and "Unexpected end" in message:
        return _last_open(block.group(1), lexer)
    position = error.lineno if isinstance(error.lineno, Position) else lexer.last
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


def _suggestion(message: str, lexer: OffsetLexer, environment: Environment) -> str:
    if tag := UNKNOWN_TAG.search(message):
        name = tag.group(1)
        return f"Did you mean {OTHER_ENGINES[name]!r}?" if name in OTHER_ENGINES else did_you_mean(name, TAGS)
    if unknown := UNKNOWN_NAME.search(message):
        known = environment.filters if unknown.group(1) == "filter" else environment.tests
        return did_you_mean(unknown.group(2), [name for name in known if " " not in name])
    if lexer.open and (_runs_out(message) or message == "unexpected '}'"):
        return f"Close it with {lexer.open[1]}."
    if block := UNCLOSED_BLOCK.search(message):
        return f"Add {{% end{block.group(1)} %}}."
    return ""
