"""Prompty: YAML front matter, then a Jinja body whose lines such as ``user:`` start messages.

Decisions:
- Version 2 and version 1 are read alike: a value is an input's ``example``, else its ``sample``, else its
  ``default``, else the entry in version 1's top-level ``sample``.
- ``inputs`` is a mapping or a list of items with a ``name``. A mapping under a name declares the input where it
  has one of the keys that declare, and is the value itself where it has none of them.
- Rendering is as Prompty does it: the line end at the end stays, and block tags trim nothing.
- Front matter about models and tools is not this package's business: it is neither checked nor used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import yaml

from prompt_salience.prompts.cases import Case, Input, Value
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.formats.format import PromptTemplate
from prompt_salience.prompts.formats.front_matter import split_front_matter
from prompt_salience.prompts.formats.kinds import check_kind
from prompt_salience.prompts.jinja.program import Program, compile_template
from prompt_salience.prompts.normalised import NormalisedText
from prompt_salience.prompts.problems import Faults, Problem, PromptError, Severity
from prompt_salience.prompts.roles import RoleMarker, role_markers
from prompt_salience.prompts.suggestions import asked, nearest
from prompt_salience.prompts.yaml_data import Data, YamlText, entries
from prompt_salience.prompts.yaml_outline import Entry, outlined

NAME = "prompty"
ENDINGS = (".prompty",)
LANGUAGES = ("prompty", "prompt-salience-prompty")
HAS_SIDECAR = False

KEYS = (
    *("$schema", "authors", "base", "configuration", "description", "displayName", "env", "id", "inputs"),
    *("instructions", "kind", "metadata", "model", "name", "outputs", "parameters", "sample", "slug", "tags"),
    *("target", "template", "tools", "type", "version"),
)
VALUE_KEYS = ("example", "sample", "default")
INPUT_KEYS = (
    *("name", "kind", "type", "description", "required", "strict", "enumValues", "properties", "items", "title"),
    *VALUE_KEYS,
)


def parse(document: Document, sidecar: Document | None) -> PromptTemplate:
    """The template that a document holds; a sidecar has no meaning here.

    Raises:
        PromptError: the front matter or the body is broken.
    """
    front_matter, start = split_front_matter(document)
    body = NormalisedText(document, start, len(document.text))
    faults, reader = Faults(), _FrontMatter()
    program: Program | None = None
    roles: tuple[RoleMarker, ...] = ()
    with faults.gathered():
        reader.read(front_matter)
    with faults.gathered():
        program = compile_template(body, keep_trailing_newline=True)
    with faults.gathered():
        roles = role_markers(document, start, len(document.text))
    warnings = tuple(reader.warnings)
    faults.raise_if_any(warnings)
    return PromptTemplate(
        document, sidecar, NAME, body, (reader.case,), program, reader.inputs, roles, warnings, reader.outline
    )


def declared_values(document: Document) -> tuple[Case, tuple[Input, ...]]:
    """The values and inputs that the front matter holds, whatever the body is.

    Raises:
        PromptError: the front matter is broken.
    """
    reader = _FrontMatter()
    reader.read(split_front_matter(document)[0])
    return reader.case, reader.inputs


class _FrontMatter:
    """What the front matter says about inputs."""

    def __init__(self) -> None:
        self.case = Case()
        self.inputs: tuple[Input, ...] = ()
        self.warnings: list[Problem] = []
        self.outline: Entry | None = None

    def read(self, text: YamlText | None) -> None:
        """Read the front matter; there need not be one.

        Raises:
            PromptError: it is broken.
        """
        root = text.root() if text else None
        if text and root:
            self._text = text
            self._data = Data(text)
            self.outline = outlined(text, root)
            self._read(root)

    def _read(self, root: yaml.Node) -> None:
        fields = self._keyed(root, KEYS, "The front matter")
        if "template" in fields:
            self._check_language(fields["template"])
        values = self._data.values(fields["sample"], "'sample'") if "sample" in fields else {}
        inputs = list(self._inputs(fields["inputs"])) if "inputs" in fields else []
        own = {declared.name: value for declared, value in inputs if value is not None}
        target = fields.get("target")
        if target is not None and not isinstance(target, yaml.ScalarNode):
            raise PromptError(Problem(self._text.place(target), "'target' must be text.", "wrong-type"))
        self.inputs = tuple(declared for declared, _ in inputs)
        self.case = Case(values={**values, **own}, target=str(target.value) if target is not None else None)

    def _keyed(self, node: yaml.Node, keys: Iterable[str], what: str) -> dict[str, yaml.Node]:
        found = {}
        for name, key, value in entries(self._text, node, what):
            found[name] = value
            if name not in keys:
                self._warn(key, f"{what} has no key {name!r}.", nearest(name, keys))
        return found

    def _warn(self, node: yaml.Node, message: str, meant: str) -> None:
        place = self._text.place(node)
        self.warnings.append(Problem(place, message, "unknown-key", asked(meant), Severity.WARNING, meant))

    def _inputs(self, node: yaml.Node) -> Iterator[tuple[Input, Value | None]]:
        if isinstance(node, yaml.SequenceNode):
            for item in node.value:
                yield self._listed(item)
            return
        for name, key, value in entries(self._text, node, "'inputs'"):
            declares = isinstance(value, yaml.MappingNode) and set(_keys(value)) & set(INPUT_KEYS)
            if declares:
                yield self._declared(name, key, self._keyed(value, INPUT_KEYS, "An input"))
            else:
                yield Input(name, self._text.place(key)), self._data.value(name, key, value)

    def _listed(self, item: yaml.Node) -> tuple[Input, Value | None]:
        fields = self._keyed(item, INPUT_KEYS, "An input")
        name = fields.get("name")
        if not isinstance(name, yaml.ScalarNode):
            place = self._text.place(item if name is None else name)
            raise PromptError(Problem(place, "An input in a list needs a 'name'.", "wrong-type"))
        return self._declared(str(name.value), name, fields)

    def _declared(self, name: str, key: yaml.Node, fields: Mapping[str, yaml.Node]) -> tuple[Input, Value | None]:
        kind = fields.get("kind", fields.get("type"))
        declared = Input(name, self._text.place(key), kind.value if isinstance(kind, yaml.ScalarNode) else "")
        given = next((fields[name] for name in VALUE_KEYS if name in fields), None)
        if given is None:
            return declared, None
        value = self._data.value(name, key, given)
        check_kind(declared, value)
        return declared, value

    def _check_language(self, node: yaml.Node) -> None:
        for path in (("format", "kind"), ("format",), ("type",), ()):
            found = _within(node, path)
            if isinstance(found, yaml.ScalarNode):
                if found.value not in ("jinja2", "jinja"):
                    message = f"Templates in {found.value!r} are not supported."
                    place = self._text.place(found)
                    raise PromptError(Problem(place, message, "unsupported-template", "Use 'jinja2'."))
                return


def _keys(node: yaml.MappingNode) -> list[str]:
    return [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]


def _within(node: yaml.Node, path: tuple[str, ...]) -> yaml.Node | None:
    for name in path:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        found = [value for key, value in pairs if key.value == name]
        if not found:
            return None
        node = found[0]
    return node
