"""Rewrites a template's tree so that running it tells where text comes from and how much work it does.

Decisions:
- Only the tree changes, never Jinja's compiler: literal text becomes a look-up of traced text, every expression of
  a statement is put between two hooks, a loop's body begins with a hook.
- A *site* is one expression of the template, with the place of the tag around it: what errors point to, and
  what text of unknown origin is charged to.
- A string written inside an expression is the author's text too, and keeps its own place.
"""

# ruff: noqa: D102, N802 - Jinja calls visit_ and the name of the node; each rewrites one kind of node.

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from prompt_salience.prompts.jinja import hooks
from prompt_salience.prompts.jinja.lexer import Position, Tag
from prompt_salience.prompts.normalised import NormalisedText
from prompt_salience.prompts.source_map import Origin, OriginKind, Place
from prompt_salience.prompts.traced_text import TracedText, computed, joined

ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[0-7]{1,3}|.)", re.DOTALL)

N = TypeVar("N", bound=nodes.Node)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A name that an expression looks up, and its place."""

    name: str
    place: Place
    attribute: bool


@dataclass(frozen=True, slots=True)
class Site:
    """One expression: the place of its tag, what it looks up, and how many steps it counts for by its length."""

    place: Place
    lookups: tuple[Lookup, ...]
    steps: int

    @property
    def origin(self) -> Origin:
        """What text computed by this expression belongs to."""
        return Origin(OriginKind.EXPRESSION, self.place)


class Instrumentation(NodeTransformer):
    """Rewrites one tree. Afterwards ``texts`` and ``sites`` hold what the hooks' numbers stand for."""

    def __init__(self, source: NormalisedText, tags: Sequence[Tag]) -> None:
        self.texts: list[TracedText] = []
        self.sites: list[Site] = []
        self._source = source
        self._tags = tags
        self._starts = [tag.start for tag in tags]
        self._inside_expression = False

    def visit_Output(self, node: nodes.Output) -> nodes.Output:
        node.nodes = [
            self._text(child) if isinstance(child, nodes.TemplateData) else self._between(child, hooks.EMIT)
            for child in node.nodes
        ]
        return node

    def visit_For(self, node: nodes.For) -> nodes.For:
        turn = self._hook(hooks.TURN, self._site(node.iter, node), node)
        node.iter = self._between(node.iter)
        node.test = self._between(node.test) if node.test else None
        node.body = [nodes.ExprStmt(turn, lineno=node.lineno), *self._statements(node.body)]
        node.else_ = self._statements(node.else_)
        return node

    def visit_If(self, node: nodes.If) -> nodes.If:
        node.test = self._between(node.test)
        node.body = self._statements(node.body)
        node.elif_ = [self.visit_If(branch) for branch in node.elif_]
        node.else_ = self._statements(node.else_)
        return node

    def visit_Assign(self, node: nodes.Assign) -> nodes.Assign:
        node.node = self._between(node.node)
        return node

    def visit_With(self, node: nodes.With) -> nodes.With:
        node.values = [self._between(value) for value in node.values]
        node.body = self._statements(node.body)
        return node

    def visit_Macro(self, node: nodes.Macro) -> nodes.Macro:
        node.defaults = [self._between(default) for default in node.defaults]
        node.body = self._statements(node.body)
        return node

    def visit_CallBlock(self, node: nodes.CallBlock) -> list[nodes.Node]:
        mark = nodes.ExprStmt(self._hook(hooks.MARK, self._site(node.call, node), node), lineno=node.lineno)
        node.defaults = [self._between(default) for default in node.defaults]
        node.body = self._statements(node.body)
        node.call = cast("nodes.Call", self._expression(node.call))
        return [mark, node]

    def visit_FilterBlock(self, node: nodes.FilterBlock) -> list[nodes.Node]:
        site = self._site(node.filter, node)
        mark = nodes.ExprStmt(self._hook(hooks.MARK, site, node), lineno=node.lineno)
        node.body = self._statements(node.body)
        chain = self._expression(node.filter)
        node.filter = _filter(hooks.EMIT_BLOCK, chain, [nodes.Const(site, lineno=node.lineno)], node)
        return [mark, node]

    def visit_AssignBlock(self, node: nodes.AssignBlock) -> nodes.AssignBlock:
        node.body = self._statements(node.body)
        if node.filter is not None:
            site = self._site(node.filter, node)
            chain = self._expression(node.filter)
            node.filter = _filter(hooks.EMIT_BLOCK, chain, [nodes.Const(site, lineno=node.lineno)], node)
        return node

    def visit_Const(self, node: nodes.Const) -> nodes.Expr:
        position = node.lineno
        if not (self._inside_expression and isinstance(node.value, str) and isinstance(position, Position)):
            return node
        return self._numbered(self._string(node.value, position), node)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Expr:
        self.generic_visit(node)
        return _filter(hooks.CONCAT, nodes.List(node.nodes, lineno=node.lineno), [], node)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Compare:
        node.expr = self._handled(node.expr)
        for operand in node.ops:
            operand.expr = self._handled(operand.expr)
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Expr:
        node.node = self.visit(node.node)
        if not isinstance(node.arg, nodes.Slice):
            node.arg = node.arg if isinstance(node.arg, nodes.Const) else self.visit(node.arg)
            return node
        # Python would warn about a slice of a literal number, were it not hidden behind a hook.
        node.node = _filter(hooks.HANDLE, node.node, [], node)
        self.generic_visit(node.arg)
        return _filter(hooks.HANDLE, node, [], node)

    def visit_Call(self, node: nodes.Call) -> nodes.Call:
        return self._with_spread(node)

    def visit_Filter(self, node: nodes.Filter) -> nodes.Filter:
        return self._with_spread(node)

    def visit_Test(self, node: nodes.Test) -> nodes.Test:
        return self._with_spread(node)

    def _with_spread(self, node: N) -> N:
        self.generic_visit(node)
        spread: nodes.Expr | None = getattr(node, "dyn_args", None)
        if spread is not None:
            node.dyn_args = _filter(hooks.SPREAD, spread, [], node)  # type: ignore[attr-defined]
        return node

    def _statements(self, body: list[nodes.Node]) -> list[nodes.Node]:
        found: list[nodes.Node] = []
        for statement in body:
            changed = self.visit(statement)
            found += changed if isinstance(changed, list) else [changed]
        return found

    def _expression(self, node: nodes.Node) -> nodes.Expr:
        inside, self._inside_expression = self._inside_expression, True
        changed: nodes.Expr = self.visit(node)
        self._inside_expression = inside
        return changed

    def _handled(self, node: nodes.Expr) -> nodes.Expr:
        return node if isinstance(node, nodes.Const) else _filter(hooks.HANDLE, self.visit(node), [], node)

    def _between(self, node: nodes.Node, end: str = hooks.END) -> nodes.Expr:
        begin = self._hook(hooks.BEGIN, self._site(node, node), node)
        return _filter(end, begin, [self._expression(node)], node)

    def _hook(self, name: str, number: int, near: nodes.Node) -> nodes.Filter:
        return _filter(name, nodes.Const(number, lineno=near.lineno), [], near)

    def _text(self, node: nodes.TemplateData) -> nodes.Expr:
        position = _position(node)
        text = self._source.text[position.start : position.end]
        return self._numbered(text if text == node.data else self._computed(node.data, position), node)

    def _numbered(self, text: str, node: nodes.Node) -> nodes.Expr:
        self.texts.append(TracedText(text))
        return self._hook(hooks.TEXT, len(self.texts) - 1, node)

    def _computed(self, text: str, position: Position) -> TracedText:
        return computed(text, Origin(OriginKind.TEMPLATE, self._source.located(position.start, position.end)))

    def _string(self, value: str, position: Position) -> TracedText:
        text = joined(self._string_pieces(position.start + 1, position.end - 1))
        return text if text == value else self._computed(value, position)

    def _string_pieces(self, start: int, end: int) -> Iterator[str]:
        for match in ESCAPE.finditer(self._source.text, start, end):
            yield self._source.text[start : match.start()]
            yield self._unescaped(match.group(), Position.at(0, *match.span()))
            start = match.end()
        yield self._source.text[start:end]

    def _unescaped(self, escape: str, position: Position) -> str:
        text = escape.encode("ascii", "backslashreplace").decode("unicode-escape", "replace")
        return self._computed(text, position)

    def _site(self, node: nodes.Node, fallback: nodes.Node) -> int:
        tag = self._tag(_position(node, fallback))
        steps = 1 + (tag.end - tag.start) // 64
        lookups = sorted(self._lookups(node), key=lambda lookup: lookup.place.start)
        self.sites.append(Site(self._source.located(tag.start, tag.end), tuple(lookups), steps))
        return len(self.sites) - 1

    def _tag(self, position: Position) -> Tag:
        index = bisect_right(self._starts, position.start) - 1
        if index >= 0 and position.start < self._tags[index].end:
            return self._tags[index]
        return Tag(position.start, position.end, "")

    def _lookups(self, expression: nodes.Node) -> Iterator[Lookup]:
        for node in _nodes(expression):
            position = node.lineno
            if not isinstance(position, Position):
                continue
            if isinstance(node, nodes.Name):
                yield Lookup(node.name, self._source.located(position.start, position.end), attribute=False)
            elif isinstance(node, nodes.Getattr):
                start = str(self._source.text).index(node.attr, position.end)
                yield Lookup(node.attr, self._source.located(start, start + len(node.attr)), attribute=True)
            elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
                inner = _position(node.arg, node)
                yield Lookup(str(node.arg.value), self._source.located(inner.start, inner.end), attribute=True)


def _nodes(root: nodes.Node) -> Iterator[nodes.Node]:
    yield root
    yield from root.find_all(nodes.Node)


def _filter(name: str, node: nodes.Expr, arguments: list[nodes.Expr], near: nodes.Node) -> nodes.Filter:
    return nodes.Filter(node, name, arguments, [], None, None, lineno=near.lineno)


def _position(node: nodes.Node, fallback: nodes.Node | None = None) -> Position:
    for candidate in (*_nodes(node), *([fallback] if fallback else [])):
        if isinstance(candidate.lineno, Position):
            return candidate.lineno
    return Position.at(1, 0, 0)
