"""Rendered text is stock Jinja's, character for character, and failures are failures there too."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from jinja2 import Environment, StrictUndefined
from jinja2.exceptions import TemplateSyntaxError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from template_generator import VALUES, TemplateGenerator

from prompt_salience.prompts.document import Document
from prompt_salience.prompts.jinja.program import compile_template
from prompt_salience.prompts.normalised import NormalisedText
from prompt_salience.prompts.problems import PromptError
from prompt_salience.prompts.source_map import Origin, OriginKind, Place
from prompt_salience.prompts.traced_text import TracedText, copied, source_map

TEMPLATES_PER_SEED = 1250
ADDRESS = "0x7"
"""Text with a memory address, such as that of a generator, is never the same twice."""

STOCK: dict[bool, Environment] = {
    keep: ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=keep) for keep in (False, True)
}
CODES = {UndefinedError: {"undefined-variable", "undefined-attribute"}, TemplateSyntaxError: {"template-syntax"}}


def stock(template: str, *, keep: bool) -> str | Exception:
    try:
        return STOCK[keep].from_string(template).render(deepcopy(VALUES))
    except Exception as error:  # noqa: BLE001 - whatever stock Jinja raises is what is compared.
        return error


def ours(template: str, *, keep: bool) -> TracedText | PromptError:
    document = Document("t.j2", template)
    body = NormalisedText(document, 0, len(template))
    try:
        return compile_template(body, keep_trailing_newline=keep).render(traced(VALUES, "values"))
    except PromptError as error:
        return error


def traced(value: Any, path: str) -> Any:
    if isinstance(value, str):
        return copied(value, Origin(OriginKind.VALUE, Place(path, 0, len(value)), path))
    if isinstance(value, dict):
        return {key: traced(element, f"{path}.{key}") for key, element in value.items()}
    if isinstance(value, list):
        return [traced(element, f"{path}[{index}]") for index, element in enumerate(value)]
    return value


def written_values(value: Any, path: str) -> dict[str, str]:
    """The text of every string among the values, by the path that ``traced`` gives it."""
    if isinstance(value, dict):
        return {k: v for key, element in value.items() for k, v in written_values(element, f"{path}.{key}").items()}
    if isinstance(value, list):
        return {k: v for i, element in enumerate(value) for k, v in written_values(element, f"{path}[{i}]").items()}
    return {path: value} if isinstance(value, str) else {}


WRITTEN = written_values(VALUES, "values")


def assert_same_failure(expected: Exception, actual: PromptError, template: str) -> None:
    codes = {problem.code for problem in actual.problems}
    for kind, allowed in CODES.items():
        if isinstance(expected, kind):
            assert codes <= allowed | {"unsafe-template"}, template
            return
    cause = actual.__cause__
    assert type(cause) is type(expected) or codes & {"unsafe-template", "undefined-attribute"}, (
        template,
        expected,
        cause,
    )


def assert_traced(text: TracedText, template: str) -> None:
    body = Place("t.j2", 0, len(template))
    for segment in source_map(text, body).segments:
        place = segment.origin.place
        assert place is not None
        shown = str.__str__(text)[segment.start : segment.end]
        source = template if place.path == "t.j2" else WRITTEN[place.path]
        assert 0 <= place.start <= place.end <= len(source)
        if segment.exact:
            assert shown == source[place.start : place.end], template
        if segment.origin.kind is OriginKind.EXPRESSION and place != body:
            assert template[place.start : place.start + 2] in ("{{", "{%"), template


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("seed", range(4))
def test_text_equals_stock_jinja(seed: int) -> None:
    generator = TemplateGenerator(seed)
    rendered = 0
    for number in range(TEMPLATES_PER_SEED):
        template, keep = generator.template(), number % 2 == 0
        expected, actual = stock(template, keep=keep), ours(template, keep=keep)
        if isinstance(expected, Exception):
            assert isinstance(actual, PromptError), (template, expected)
            assert_same_failure(expected, actual, template)
            continue
        assert not isinstance(actual, PromptError), (template, actual)
        if ADDRESS not in expected.lower():
            assert str.__str__(actual) == expected, template
        assert_traced(actual, template)
        rendered += 1
    assert rendered > TEMPLATES_PER_SEED // 3
