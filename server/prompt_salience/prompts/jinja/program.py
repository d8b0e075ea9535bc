"""A Jinja template compiled once, and rendered as often as there are values.

Decisions:
- The template language is stock Jinja without extensions or a loader. What a prompt cannot use (other templates,
  HTML escaping, chance) is refused where it is written.
- Text equals stock Jinja's, or there is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.meta import TrackingCodeGenerator
from jinja2.parser import Parser

from prompt_salience.prompts.jinja import hooks
from prompt_salience.prompts.jinja.bounds import Bounds, Meter
from prompt_salience.prompts.jinja.execution import Execution
from prompt_salience.prompts.jinja.instrumentation import Instrumentation, Site
from prompt_salience.prompts.jinja.lexer import OffsetLexer, Position
from prompt_salience.prompts.jinja.occurrences import template_names
from prompt_salience.prompts.jinja.sandbox import REFUSED_FILTERS, Sandbox
from prompt_salience.prompts.jinja.scopes import TemplateName
from prompt_salience.prompts.jinja.syntax import syntax_problem
from prompt_salience.prompts.normalised import NormalisedText
from prompt_salience.prompts.problems import Problem, PromptError
from prompt_salience.prompts.source_map import Place
from prompt_salience.prompts.traced_text import TracedText

REFUSED_STATEMENTS: Mapping[type[nodes.Node], str] = {
    nodes.Extends: "{% extends %}",
    nodes.Include: "{% include %}",
    nodes.Import: "{% import %}",
    nodes.FromImport: "{% from … import %}",
    nodes.ScopedEvalContextModifier: "{% autoescape %}",
}


@dataclass(frozen=True)
class Program:
    """A compiled template.

    ``variables`` are the names it takes from outside, each with the place of its first use; ``names`` are those
    that it sets itself. ``occurrences`` are all places of all names, by the variables that they mean.
    """

    source: NormalisedText
    variables: Mapping[str, Place]
    names: tuple[str, ...]
    occurrences: tuple[TemplateName, ...] = field(repr=False)
    texts: tuple[TracedText, ...] = field(repr=False)
    sites: tuple[Site, ...] = field(repr=False)
    code: CodeType = field(repr=False)

    def render(self, values: Mapping[str, Any], bounds: Bounds | None = None) -> TracedText:
        """The text that ``values`` give.

        Raises:
            PromptError: a value is missing, a bound is reached, or an expression fails.
        """
        execution = Execution(self.texts, self.sites, self.source.place, bounds or Bounds())
        return execution.run(self.code, values, self.names)


class _Compiler(Sandbox):
    """A sandbox that compiles one template, with a lexer that knows offsets."""

    def __init__(self, meter: Meter, *, keep_trailing_newline: bool) -> None:
        super().__init__(meter)
        self.keep_trailing_newline = keep_trailing_newline
        self.offset_lexer = OffsetLexer(self)
        self.filters.update(dict.fromkeys(hooks.ALL, _not_yet))

    @property
    def lexer(self) -> OffsetLexer:
        """The lexer that the parser uses."""
        return self.offset_lexer


def _not_yet(*_operands: Any) -> Any:
    """Stands for a hook while compiling, and keeps Jinja from calling it ahead of time."""
    raise nodes.Impossible


def compile_template(source: NormalisedText, *, keep_trailing_newline: bool, bounds: Bounds | None = None) -> Program:
    """Compile a template.

    Raises:
        PromptError: it is not valid Jinja, uses what prompts cannot, is too long or nested too deeply.
    """
    compiler = _Compiler(Meter(bounds or Bounds()), keep_trailing_newline=keep_trailing_newline)
    lexer = compiler.offset_lexer
    try:
        return _compiled(source, compiler)
    except TemplateSyntaxError as error:
        raise PromptError(syntax_problem(error, source, lexer, compiler)) from error
    except (RecursionError, MemoryError, SyntaxError) as error:
        message = "The template is nested too deeply to be compiled."
        raise PromptError(_problem(source, lexer.last, message, "bounds-exceeded")) from error
    except ValueError as error:
        message = f"This cannot be read: {str(error).partition(':')[0]}"
        raise PromptError(_problem(source, lexer.last, message, "template-syntax")) from error


def _compiled(source: NormalisedText, compiler: _Compiler) -> Program:
    tree = Parser(compiler, str.__str__(source.text)).parse()
    _check_length(source, compiler)
    refused = tuple(_refused(source, tree))
    if refused:
        raise PromptError(*sorted(refused, key=lambda problem: problem.place.start))
    variables, names = _variables(source, tree, compiler), _names_set(tree)
    occurrences = template_names(source, tree)
    instrumentation = Instrumentation(source, compiler.offset_lexer.tags)
    code = compiler.compile(instrumentation.visit(tree))
    texts, sites = tuple(instrumentation.texts), tuple(instrumentation.sites)
    return Program(source, variables, names, occurrences, texts, sites, code)


def _check_length(source: NormalisedText, compiler: _Compiler) -> None:
    most = compiler.meter.bounds.tokens
    if compiler.offset_lexer.tokens > most:
        message = f"The template has more than {most:,} words and signs inside its tags."
        raise PromptError(_problem(source, compiler.offset_lexer.last, message, "bounds-exceeded"))


def _refused(source: NormalisedText, tree: nodes.Template) -> Iterator[Problem]:
    for node in tree.find_all(tuple(REFUSED_STATEMENTS)):
        message = f"{REFUSED_STATEMENTS[type(node)]} is not available in prompts: a prompt file stands alone."
        yield _problem(source, node.lineno, message, "unsupported-template")
    for node in tree.find_all(nodes.Filter):
        if node.name in REFUSED_FILTERS:
            message = f"The filter {node.name!r} is not available in prompts."
            yield _problem(source, node.lineno, message, "unsupported-template")


def _variables(source: NormalisedText, tree: nodes.Template, environment: Environment) -> dict[str, Place]:
    finder = TrackingCodeGenerator(environment)
    # It would otherwise fold constants into the tree, running filters before anything is metered.
    finder.optimizer = None
    finder.visit(tree)
    undeclared = finder.undeclared_identifiers - set(environment.globals)
    found: dict[str, Place] = {}
    for node in tree.find_all(nodes.Name):
        position = node.lineno
        if node.name in undeclared and isinstance(position, Position):
            found.setdefault(node.name, source.located(position.start, position.end))
    return found


def _names_set(tree: nodes.Template) -> tuple[str, ...]:
    stored = {node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"}
    return tuple(sorted(stored | {node.name for node in tree.find_all(nodes.Macro)}))


def _problem(source: NormalisedText, line: int, message: str, code: str) -> Problem:
    position = line if isinstance(line, Position) else Position.at(1, 0, 0)
    return Problem(source.located(position.start, position.end), message, code)
