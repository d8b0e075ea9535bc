"""A template and a case to the text that a model reads.

Decisions:
- A template with roles is rendered as a chat, one without as it is, unless asked otherwise. Without roles a chat
  has one message, the user's.
- Text that cannot be encoded, and text that is blank, are errors: no model can read the one or answer the other.
- In raw form a template without roles is not touched at all; its whole text is one message of the user.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from prompt_salience.prompts.cases import Case
from prompt_salience.prompts.chat import USER, Spoken, chat_text, raw_text, stripped
from prompt_salience.prompts.formats.format import PromptTemplate
from prompt_salience.prompts.jinja.bounds import Bounds
from prompt_salience.prompts.messages import split_messages
from prompt_salience.prompts.overrides import overridden
from prompt_salience.prompts.problems import Problem, PromptError
from prompt_salience.prompts.rendered import Form, Message, RenderedPrompt
from prompt_salience.prompts.source_map import Place
from prompt_salience.prompts.suggestions import did_you_mean
from prompt_salience.prompts.template import template_problems
from prompt_salience.prompts.traced_text import TracedText, source_map

__all__ = ["chosen_case", "render", "template_problems"]

SURROGATE = re.compile("[\ud800-\udfff]")
NO_OVERRIDES: Mapping[str, str] = MappingProxyType({})


def render(
    template: PromptTemplate,
    case: str | None = None,
    overrides: Mapping[str, str] = NO_OVERRIDES,
    form: Form | None = None,
    bounds: Bounds | None = None,
) -> RenderedPrompt:
    """The prompt that a template gives for one of its cases, the first by default.

    Raises:
        PromptError: there is no such case or variable, a value is missing, a bound is reached, or the text is blank.
    """
    text = _case_text(template, chosen_case(template, case), overrides, bounds)
    _check(text, template.place)
    form = form or (Form.CHAT if template.roles else Form.RAW)
    if form is Form.RAW and not template.roles:
        return _rendered(text, (Message(USER, 0, len(text)),), form, template.place)
    messages = stripped(split_messages(text, template.roles) if template.roles else [Spoken(USER, text)])
    if not messages:
        raise _blank(template.place)
    text, spoken = chat_text(messages) if form is Form.CHAT else raw_text(messages)
    return _rendered(text, spoken, form, template.place)


def chosen_case(template: PromptTemplate, name: str | None) -> Case:
    """The case called ``name``, or the first one.

    Raises:
        PromptError: no case has this name.
    """
    if name is None:
        return template.cases[0]
    for case in template.cases:
        if case.name == name:
            return case
    names = [case.name for case in template.cases if case.name]
    place = Place((template.sidecar or template.document).path, 0, 0)
    message = f"There is no case {name!r}."
    listing = f"The cases are: {', '.join(names)}." if names else "This template has one case without a name."
    raise PromptError(Problem(place, message, "unknown-case", f"{did_you_mean(name, names)} {listing}".strip()))


def _case_text(template: PromptTemplate, case: Case, overrides: Mapping[str, str], bounds: Bounds | None) -> TracedText:
    used = template.program.variables if template.program else ()
    values = overridden(case.values, overrides, template.inputs, used)
    if case.prompt is not None:
        return case.prompt
    if template.program is None:
        return template.body.text
    return template.program.render({name: value.data for name, value in values.items()}, bounds)


def _check(text: TracedText, body: Place) -> None:
    found = SURROGATE.search(text)
    if found:
        place = source_map(text, body).at(found.start()).clipped(found.start(), found.end()).origin.place
        message = f"Half a character, U+{ord(found.group()):04X}, cannot be part of a prompt."
        raise PromptError(Problem(place or body, message, "invalid-character"))
    if not text or text.isspace():
        raise _blank(body)


def _blank(body: Place) -> PromptError:
    return PromptError(Problem(body, "The prompt is empty.", "empty-prompt", "Write some text into it."))


def _rendered(text: TracedText, messages: tuple[Message, ...], form: Form, body: Place) -> RenderedPrompt:
    return RenderedPrompt(str.__str__(text), source_map(text, body), messages, form)
