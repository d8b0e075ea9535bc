"""YAML to data whose every string and number knows where it is written.

Decisions:
- Data mean what PyYAML's safe loader says, except that dates stay the text they are written as: a prompt shows
  text, and a date object would have to become text again.
- Merge keys and tags of one's own are refused where they stand; ``${env:NAME}`` and ``${file:path}`` too, because
  a prompt must not depend on what is not in front of its reader.
- An alias is the same data as its anchor, not a copy: a few lines cannot grow without bound.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from prompt_salience.prompts.cases import Value
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.problems import Problem, PromptError
from prompt_salience.prompts.source_map import Origin, OriginKind, Place
from prompt_salience.prompts.traced_text import traced_number
from prompt_salience.prompts.yaml_scalars import traced_scalar

Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TAG = "tag:yaml.org,2002:"
TEXT_TAGS = {f"{TAG}str", f"{TAG}timestamp", f"{TAG}value"}
REFERENCE = re.compile(r"\$\{(?:env|file):[^}]*\}")
MOST_NESTED = 64
"""How deeply lists and mappings may be nested in YAML."""


@dataclass(frozen=True)
class YamlText:
    """The characters ``start:end`` of a document that are YAML, with the nodes they hold."""

    document: Document
    start: int
    end: int

    def place(self, node: yaml.Node) -> Place:
        """Where a node is written, without the white space after it."""
        start, end = self.start + node.start_mark.index, self.start + node.end_mark.index
        written = self.document.text[start:end]
        if not (isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")):
            end -= len(written) - len(written.rstrip())
        return Place(self.document.path, start, max(start, end))

    def root(self) -> yaml.Node | None:
        """The root node, or None where there is nothing but comments.

        Raises:
            PromptError: this is no YAML.
        """
        try:
            return yaml.compose(self.document.text[self.start : self.end], Loader=Loader)
        except yaml.YAMLError as error:
            raise PromptError(self._syntax_problem(error)) from error
        except UnicodeEncodeError as error:
            offset = self.start + error.start
            message = "Half a character cannot be read as YAML."
            place = Place(self.document.path, offset, offset + 1)
            raise PromptError(Problem(place, message, "invalid-character")) from error
        except RecursionError as error:
            message = "This YAML is nested too deeply."
            raise PromptError(Problem(Place(self.document.path, self.start, self.end), message, "yaml")) from error

    def _syntax_problem(self, error: yaml.YAMLError) -> Problem:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        offset = mark.index if mark else getattr(error, "position", 0)
        offset = min(self.start + offset, self.end)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
        message = f"This is no valid YAML: {problem}."
        return Problem(Place(self.document.path, offset, min(offset + 1, self.end)), message, "yaml", _cure(problem))


def _cure(problem: str) -> str:
    if "mapping values are not allowed" in problem:
        return "Put text that contains a colon in quotes."
    if "\\t" in problem or "tab" in problem:
        return "Indent with spaces instead of tabs."
    return ""


def entries(yaml_text: YamlText, node: yaml.Node, what: str) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    """Name, key node and value node of each entry of a mapping.

    Raises:
        PromptError: the node is no mapping, or a key is no text or stands there twice.
    """
    if not isinstance(node, yaml.MappingNode):
        message = f"{what} must be a mapping of names to values, not {_kind(node)}."
        raise PromptError(Problem(yaml_text.place(node), message, "wrong-type"))
    seen: set[str] = set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.tag == f"{TAG}merge":
            raise PromptError(Problem(yaml_text.place(key), "This key is not supported: it must be text.", "yaml"))
        if key.value in seen:
            raise PromptError(Problem(yaml_text.place(key), f"{key.value!r} stands here a second time.", "yaml"))
        seen.add(key.value)
        yield key.value, key, value


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    return "a list" if isinstance(node, yaml.SequenceNode) else "a single value"


class Data:
    """Turns the nodes of a YAML text into data. The same node gives the same data."""

    def __init__(self, yaml_text: YamlText) -> None:
        self._text = yaml_text
        self._known: dict[int, Any] = {}
        self._open: list[int] = []

    def values(self, node: yaml.Node, what: str) -> dict[str, Value]:
        """The entries of a mapping as values of variables; ``what`` names the mapping in problems."""
        return {name: self.value(name, key, value) for name, key, value in entries(self._text, node, what)}

    def value(self, name: str, key: yaml.Node, node: yaml.Node) -> Value:
        """The value of one variable."""
        return Value(self._text.place(key), self._text.place(node), self.data(node, name))

    def data(self, node: yaml.Node, path: str) -> Any:
        """The data of a node; ``path`` is the variable's path so far.

        Raises:
            PromptError: the node holds what cannot be a value.
        """
        if id(node) in self._known:
            return self._known[id(node)]
        if id(node) in self._open or len(self._open) >= MOST_NESTED:
            raise PromptError(
                Problem(self._text.place(node), "This value is nested without end or too deeply.", "yaml")
            )
        self._open.append(id(node))
        self._known[id(node)] = data = self._made(node, path)
        self._open.pop()
        return data

    def _made(self, node: yaml.Node, path: str) -> Any:
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{TAG}seq":
            return [self.data(item, f"{path}[{index}]") for index, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode) and node.tag == f"{TAG}map":
            found = entries(self._text, node, "A value")
            return {self._key(key, path): self.data(value, f"{path}.{name}") for name, key, value in found}
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        raise PromptError(self._unsupported(node))

    def _key(self, node: yaml.Node, path: str) -> Any:
        data = self._made(node, path)
        return data if isinstance(data, (str, int, float)) or data is None else str(data)

    def _scalar(self, node: yaml.ScalarNode, path: str) -> Any:
        place = self._text.place(node)
        raw = self._text.document.text[place.start : place.end]
        origin = Origin(OriginKind.VALUE, place, path)
        if node.tag in TEXT_TAGS:
            self._refuse_reference(node, place)
            return traced_scalar(node, raw, origin)
        construct = CONSTRUCTORS.get(node.tag)
        if construct is None:
            raise PromptError(self._unsupported(node))
        try:
            data = construct(node)
        except ValueError as error:
            raise PromptError(Problem(place, f"This value cannot be read: {error}", "yaml")) from error
        return traced_number(data, origin, raw) if type(data) in (int, float) else data

    def _refuse_reference(self, node: yaml.ScalarNode, place: Place) -> None:
        if REFERENCE.search(node.value):
            message = "Values from the environment or from other files are not read."
            raise PromptError(Problem(place, message, "unsupported-reference", "Write the value here."))

    def _unsupported(self, node: yaml.Node) -> Problem:
        message = f"A value of the type {node.tag.removeprefix(TAG)!r} is not supported."
        return Problem(self._text.place(node), message, "wrong-type")


_CONSTRUCTOR = yaml.constructor.SafeConstructor()
CONSTRUCTORS: Mapping[str, Callable[[yaml.ScalarNode], Any]] = {
    f"{TAG}int": _CONSTRUCTOR.construct_yaml_int,
    f"{TAG}float": _CONSTRUCTOR.construct_yaml_float,
    f"{TAG}bool": _CONSTRUCTOR.construct_yaml_bool,
    f"{TAG}null": _CONSTRUCTOR.construct_yaml_null,
}
