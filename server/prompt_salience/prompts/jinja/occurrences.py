"""Every occurrence of a name in a parsed template, by the variable that it means (see ``scopes``).

Decisions:
- The tree says what is read and set, the words of the tags where: Jinja keeps no place for the name of a macro nor for
  that of an argument.
"""

# ruff: noqa: N802 - Jinja calls visit_ and the name of the node; each reads one kind of statement.

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jinja2 import nodes
from jinja2.visitor import NodeVisitor

from prompt_salience.prompts.jinja.calls import CALLER, Argument, Calls
from prompt_salience.prompts.jinja.lexer import Position
from prompt_salience.prompts.jinja.scopes import (
    Attribute,
    Group,
    Occurrence,
    Scope,
    TemplateName,
    Use,
    joined_by_name,
)
from prompt_salience.prompts.jinja.tag_tokens import Token, TokenKind, tokens_within
from prompt_salience.prompts.normalised import NormalisedText
from prompt_salience.prompts.source_map import Place

LOOP = "loop"
OF_MACROS = (CALLER, "kwargs", "varargs")


def template_names(source: NormalisedText, tree: nodes.Template) -> tuple[TemplateName, ...]:
    """The variables of a template, in the order in which they are first met. The tree must be as it was parsed."""
    reader, scope = _Reader(source), Scope()
    reader.body(tree.body, scope)
    joined_by_name(scope.groups, reader.in_blocks)
    reader.calls.settle()
    groups = dict.fromkeys(group.found() for group in scope.groups)
    return tuple(group.finished() for group in groups if group.occurrences)


class _Reader(NodeVisitor):
    """Reads statements in the order in which they run. ``always`` says that their scope never leaves them out."""

    def __init__(self, source: NormalisedText) -> None:
        self.calls = Calls()
        self.in_blocks: set[str] = set()
        self._source = source
        self._text = str.__str__(source.text)
        self._blocks = 0

    def body(self, statements: Iterable[nodes.Node], scope: Scope, *, always: bool = True) -> None:
        """Read statements one by one."""
        for statement in statements:
            self.visit(statement, scope, always)

    def generic_visit(self, node: nodes.Node, scope: Scope, _always: bool) -> None:
        self._read(node, scope)

    def visit_For(self, node: nodes.For, scope: Scope, _always: bool) -> None:
        self._read(node.iter, scope)
        inner = Scope(scope)
        inner.declared(LOOP)
        self._declare(node.target, inner)
        if node.test:
            self._read(node.test, inner)
        self.body(node.body, inner)
        self.body(node.else_, Scope(scope))

    def visit_If(self, node: nodes.If, scope: Scope, _always: bool) -> None:
        for branch in (node, *node.elif_):
            self._read(branch.test, scope)
            self.body(branch.body, scope, always=False)
        self.body(node.else_, scope, always=False)

    def visit_Macro(self, node: nodes.Macro, scope: Scope, always: bool) -> None:
        macro = self._seen(scope.set(node.name, always=always))
        name = next(tokens_within(self._text, _start_and_end(node)[1], len(self._text)))
        macro.occurrences.append(Occurrence(self._source.located(name.start, name.end), Use.SET))
        self.calls.macros.append(macro)
        inner = Scope(scope)
        for implied in OF_MACROS:
            inner.declared(implied)
        for parameter in self._signature(node, inner):
            macro.parameters.setdefault(parameter.name, parameter).join(parameter)

    def visit_CallBlock(self, node: nodes.CallBlock, scope: Scope, _always: bool) -> None:
        self._read(node.call, scope)
        self.calls.of_blocks += self._signature(node, Scope(scope))

    def visit_FilterBlock(self, node: nodes.FilterBlock, scope: Scope, _always: bool) -> None:
        inner = Scope(scope)
        self._read(node.filter, inner)
        self.body(node.body, inner)

    def visit_With(self, node: nodes.With, scope: Scope, _always: bool) -> None:
        for value in node.values:
            self._read(value, scope)
        inner = Scope(scope)
        for target in node.targets:
            self._declare(target, inner)
        self.body(node.body, inner)

    def visit_Assign(self, node: nodes.Assign, scope: Scope, always: bool) -> None:
        self._read(node.node, scope)
        self._set(node.target, scope, always=always)

    def visit_AssignBlock(self, node: nodes.AssignBlock, scope: Scope, always: bool) -> None:
        inner = Scope(scope)
        if node.filter:
            self._read(node.filter, inner)
        self.body(node.body, inner)
        self._set(node.target, scope, always=always)

    def visit_Block(self, node: nodes.Block, scope: Scope, _always: bool) -> None:
        self._blocks += 1
        self.body(node.body, Scope(scope))
        self._blocks -= 1

    def _signature(self, node: nodes.Macro | nodes.CallBlock, inner: Scope) -> list[Group]:
        parameters = [group for parameter in node.args for group in self._declare(parameter, inner)]
        for default in node.defaults:
            self._read(default, inner)
        self.body(node.body, inner)
        return parameters

    def _declare(self, target: nodes.Node, scope: Scope) -> list[Group]:
        names = [node for node in _all(target) if isinstance(node, nodes.Name)]
        groups = [self._seen(scope.declared(node.name)) for node in names]
        for node, group in zip(names, groups, strict=True):
            group.occurrences.append(Occurrence(self._place(node), Use.SET))
        return groups

    def _set(self, target: nodes.Node, scope: Scope, *, always: bool) -> None:
        for node in _all(target):
            if isinstance(node, nodes.NSRef):
                self._seen(scope.read(node.name)).occurrences.append(Occurrence(self._place(node), Use.READ))
            elif isinstance(node, nodes.Name):
                group = self._seen(scope.set(node.name, always=always))
                group.occurrences.append(Occurrence(self._place(node), Use.SET))

    def _read(self, expression: nodes.Node, scope: Scope) -> None:
        callees: set[int] = set()
        for node in _all(expression):
            if isinstance(node, nodes.Name):
                group = self._seen(scope.read(node.name))
                group.occurrences.append(Occurrence(self._place(node), Use.READ))
                if id(node) not in callees:
                    self.calls.passed.append(group)
            elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
                callees.add(id(node.node))
                self._call(node, self._seen(scope.read(node.node.name)))
            elif isinstance(node, (nodes.Getattr, nodes.Getitem)):
                self._attribute(node, scope)

    def _call(self, node: nodes.Call, callee: Group) -> None:
        if node.dyn_kwargs is not None:
            self.calls.spread.append(callee)
        if node.kwargs:
            keys = _keys(self._text, _start_and_end(node)[0])
            self.calls.arguments += (
                Argument(callee, key.text, self._source.located(key.start, key.end)) for key in keys
            )

    def _attribute(self, node: nodes.Getattr | nodes.Getitem, scope: Scope) -> None:
        base, path = _path(node)
        if not isinstance(base, nodes.Name):
            return
        if isinstance(node, nodes.Getattr):
            start = self._text.index(node.attr, _start_and_end(node)[1])
            place = self._source.located(start, start + len(node.attr))
        else:
            place = self._place(node.arg)
        self._seen(scope.read(base.name)).attributes.append(Attribute(path, place))

    def _seen(self, group: Group) -> Group:
        if self._blocks:
            self.in_blocks.add(group.name)
        return group.found()

    def _place(self, node: nodes.Node) -> Place:
        return self._source.located(*_start_and_end(node))


def _path(node: nodes.Expr) -> tuple[nodes.Expr | None, tuple[str | int, ...]]:
    """What attributes and items are looked up in, and their names and numbers; None where one is computed."""
    path: list[str | int] = []
    while isinstance(node, (nodes.Getattr, nodes.Getitem)):
        part = node.attr if isinstance(node, nodes.Getattr) else getattr(node.arg, "value", None)
        if not isinstance(part, (str, int)):
            return None, ()
        path.append(part)
        node = node.node
    return node, tuple(reversed(path))


def _keys(text: str, start: int) -> Iterator[Token]:
    """The names of the arguments in the parentheses that open at ``start``."""
    depth, name = 0, None
    for token in tokens_within(text, start, len(text)):
        if token.text == "=" and depth == 1 and name:
            yield name
        depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
        name = token if token.kind is TokenKind.NAME else None
        if depth == 0:
            return


def _start_and_end(node: nodes.Node) -> tuple[int, int]:
    """Where the word stands that a node's place is that of, in the normalised source."""
    position = node.lineno
    return (position.start, position.end) if isinstance(position, Position) else (0, 0)


def _all(root: nodes.Node) -> Iterator[nodes.Node]:
    """A node and all that is inside it, in order, however deep."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(list(node.iter_child_nodes()))
