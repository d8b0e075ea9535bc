"""The values beside a bare template: ``menu.values.yaml`` for ``menu.j2``.

Decisions:
- The simplest file is one case: names and their values.
- A file with ``cases`` or ``values`` at its top has three keys: ``values`` for all cases, ``target`` for the only
  case, and ``cases``: a mapping of names, or a list whose items have a ``name``, each with its own ``values``
  (which win over the shared ones), ``target`` and ``source``. A variable that is itself called ``cases`` or
  ``values`` therefore goes under ``values``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import yaml

from prompt_salience.prompts.cases import Case, Value
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.problems import Problem, PromptError, Severity
from prompt_salience.prompts.suggestions import asked, nearest
from prompt_salience.prompts.yaml_data import Data, YamlText, entries
from prompt_salience.prompts.yaml_outline import Entry, outlined

SHARED_KEYS = ("values", "target", "source", "cases")
CASE_KEYS = ("name", "values", "target", "source")


class SidecarReader:
    """Reads one sidecar. ``warnings`` collects the keys that mean nothing; ``outline`` says what stands where."""

    def __init__(self, document: Document) -> None:
        self._text = YamlText(document, 0, len(document.text))
        self._data = Data(self._text)
        self.warnings: list[Problem] = []
        self.outline: Entry | None = None

    def cases(self) -> tuple[Case, ...]:
        """The cases, at least one.

        Raises:
            PromptError: this is no YAML, or not of the shape above.
        """
        root = self._text.root()
        if root is None:
            return (Case(),)
        self.outline = outlined(self._text, root)
        found = {name: value for name, _, value in entries(self._text, root, "A file of values")}
        if not {"cases", "values"} & found.keys():
            return (Case(values=self._data.values(root, "A file of values")),)
        shared = self._keyed(root, SHARED_KEYS)
        if "cases" not in shared:
            return (self._case("", shared, {}),)
        values = self._values(shared, {})
        cases = [self._case(name, fields, values) for name, fields in self._named(shared["cases"])]
        if not cases:
            raise PromptError(Problem(self._text.place(shared["cases"]), "There is no case here.", "wrong-type"))
        return tuple(cases)

    def _keyed(self, node: yaml.Node, keys: tuple[str, ...]) -> dict[str, yaml.Node]:
        found = {}
        for name, key, value in entries(self._text, node, "A case"):
            found[name] = value
            if name not in keys:
                meant = nearest(name, keys)
                suggestion = asked(meant) or "Put values of variables under 'values'."
                message = f"The key {name!r} means nothing here."
                place = self._text.place(key)
                self.warnings.append(Problem(place, message, "unknown-key", suggestion, Severity.WARNING, meant))
        return found

    def _named(self, node: yaml.Node) -> Iterator[tuple[str, dict[str, yaml.Node]]]:
        if not isinstance(node, yaml.SequenceNode):
            for name, _, value in entries(self._text, node, "'cases'"):
                yield name, self._keyed(value, CASE_KEYS)
            return
        names: set[str] = set()
        for index, item in enumerate(node.value, start=1):
            fields = self._keyed(item, CASE_KEYS)
            name = self._string(fields, "name") or str(index)
            if name in names:
                raise PromptError(Problem(self._text.place(item), f"Two cases are called {name!r}.", "duplicate-case"))
            names.add(name)
            yield name, fields

    def _case(self, name: str, fields: Mapping[str, yaml.Node], shared: Mapping[str, Value]) -> Case:
        values = self._values(fields, shared)
        return Case(name, values, self._string(fields, "target"), self._string(fields, "source") or "")

    def _values(self, fields: Mapping[str, yaml.Node], shared: Mapping[str, Value]) -> dict[str, Value]:
        own = self._data.values(fields["values"], "'values'") if "values" in fields else {}
        return {**shared, **own}

    def _string(self, fields: Mapping[str, yaml.Node], key: str) -> str | None:
        node = fields.get(key)
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode):
            raise PromptError(Problem(self._text.place(node), f"{key!r} must be text.", "wrong-type"))
        return str(node.value)
