"""Values from the command line: ``--set name=value``.

Decisions:
- A value's place is in a document of its own, called ``--set name``, that holds the value as it was typed.
- It is text, unless the input is declared as something else or the value it replaces is no text: then it is YAML.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prompt_salience.prompts.cases import Input, Value
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.formats.kinds import check_kind
from prompt_salience.prompts.problems import Problem, PromptError
from prompt_salience.prompts.source_map import Origin, OriginKind, Place
from prompt_salience.prompts.suggestions import did_you_mean
from prompt_salience.prompts.traced_text import copied
from prompt_salience.prompts.yaml_data import Data, YamlText

TEXT_KINDS = ("", "string")


def override_document(name: str, text: str) -> Document:
    """The document that an override's place points into."""
    return Document(f"--set {name}", text)


def overridden(
    values: Mapping[str, Value], overrides: Mapping[str, str], inputs: Iterable[Input], used: Iterable[str]
) -> dict[str, Value]:
    """The values of a case with the overrides in place; ``used`` are the names that the template looks up.

    Raises:
        PromptError: an override names no variable, or its text is not of the variable's kind.
    """
    declared = {found.name: found for found in inputs}
    known = {*values, *declared, *used}
    problems = [_unknown(name, text, known) for name, text in overrides.items() if name not in known]
    if problems:
        raise PromptError(*problems)
    given = {name: _value(name, text, declared.get(name), values.get(name)) for name, text in overrides.items()}
    return {**values, **given}


def _unknown(name: str, text: str, known: Iterable[str]) -> Problem:
    place = Place(override_document(name, text).path, 0, len(text))
    suggestion = did_you_mean(name, known) or _listing(known)
    return Problem(place, f"The template has no variable {name!r}.", "unknown-variable", suggestion)


def _listing(known: Iterable[str]) -> str:
    names = ", ".join(sorted(known))
    return f"Its variables are: {names}." if names else "It has no variables."


def _value(name: str, text: str, declared: Input | None, replaced: Value | None) -> Value:
    document = override_document(name, text)
    place = Place(document.path, 0, len(text))
    kind = declared.kind if declared else ""
    is_text = kind in TEXT_KINDS and (replaced is None or replaced.data is None or isinstance(replaced.data, str))
    if is_text or kind == "string":
        return Value(place, place, copied(text, Origin(OriginKind.VALUE, place, name)))
    yaml_text = YamlText(document, 0, len(text))
    root = yaml_text.root()
    value = Value(place, place, Data(yaml_text).data(root, name) if root else None)
    if declared:
        check_kind(declared, value)
    if replaced is not None:
        _check_like(name, value, replaced)
    return value


def _check_like(name: str, value: Value, replaced: Value) -> None:
    for types, what in (
        ((list,), "a list"),
        ((dict,), "a mapping"),
        ((bool,), "true or false"),
        ((int, float), "a number"),
    ):
        if isinstance(replaced.data, types):
            if not isinstance(value.data, types):
                message = f"{name!r} is {what} in this template, and this is not."
                raise PromptError(Problem(value.place, message, "wrong-type"))
            return
