"""The words that templates are written in: what may stand after ``|`` and ``is``, and which names are taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.filters import FILTERS
from jinja2.tests import TESTS

from prompt_salience.prompts.jinja.sandbox import REFUSED_FILTERS, REFUSED_FUNCTIONS

KEYWORDS = frozenset(("and", "else", "elif", "for", "if", "in", "is", "not", "or", "recursive", "scoped", "required"))
CONSTANTS = frozenset(("true", "false", "none", "True", "False", "None"))
IMPLIED = frozenset(("caller", "kwargs", "loop", "self", "super", "varargs"))
"""Names that Jinja itself gives a meaning to in loops, macros and blocks."""

FUNCTIONS: Mapping[str, str] = {
    "range": "The numbers from one number up to another, as a list to loop over.",
    "dict": "A mapping of the arguments that are passed by name.",
    "cycler": "An object whose next() gives its arguments in turn, again and again.",
    "joiner": "An object that gives nothing the first time, and a separator each time after.",
    "namespace": "An object whose parts can be set inside a loop and read after it.",
}
LOOP: Mapping[str, str] = {
    "index": "The number of this turn, from 1.",
    "index0": "The number of this turn, from 0.",
    "revindex": "How many turns are left, this one included.",
    "revindex0": "How many turns are left after this one.",
    "first": "Whether this is the first turn.",
    "last": "Whether this is the last turn.",
    "length": "How many turns there are.",
    "cycle": "One of its arguments, in turn.",
    "depth": "How deep a recursive loop is, from 1.",
    "depth0": "How deep a recursive loop is, from 0.",
    "previtem": "The item of the turn before.",
    "nextitem": "The item of the next turn.",
    "changed": "Whether its arguments differ from those of the turn before.",
}
STATEMENTS: Mapping[str, str] = {
    "if": "Text that is there under a condition.",
    "elif": "Text for another condition.",
    "else": "Text for when no condition holds, or a loop has nothing to go over.",
    "for": "Text once for each item of a list.",
    "set": "Gives a name to a value, or to the text up to endset.",
    "with": "Names that are known up to endwith only.",
    "macro": "Text with parameters, to be called by its name.",
    "call": "Calls a macro with the text up to endcall, which it shows by caller().",
    "filter": "Passes the text up to endfilter through a filter.",
    "block": "A part of the template with a name.",
    "raw": "Text in which braces mean nothing, up to endraw.",
    "print": "Shows a value, as {{ }} does.",
}
CLOSED = ("block", "call", "filter", "for", "if", "macro", "raw", "set", "with")
"""The statements that reach to an ``end…``; a ``set`` only where it has no ``=``."""

ROLE = re.compile(r":\w+:`~?(?:[^`<]*<)?([^`>]*)>?`")
SENTENCE = re.compile(r"(?s)(.*?[.:])(?:\s|\Z)")


@cache
def filters() -> Mapping[str, str]:
    """The filters that prompts may use, with a sentence about each."""
    return {name: _about(found) for name, found in sorted(FILTERS.items()) if name not in REFUSED_FILTERS}


@cache
def tests() -> Mapping[str, str]:
    """The tests that prompts may use, with a sentence about each; those whose names are signs are left out."""
    return {name: _about(found) for name, found in sorted(TESTS.items()) if name.isidentifier()}


def functions() -> frozenset[str]:
    """The names of all functions, of those too that prompts may not use."""
    return frozenset((*DEFAULT_NAMESPACE, *REFUSED_FUNCTIONS))


def _about(function: Any) -> str:
    """The first sentence of what Jinja says about a filter or a test."""
    described = ROLE.sub(r"\1", (function.__doc__ or "").strip().partition("\n\n")[0])
    line = " ".join(described.replace("``", "").split())
    found = SENTENCE.match(line)
    return found.group(1).rstrip(":") if found and not line.startswith("..") else ""
