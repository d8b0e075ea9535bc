"""Why a piece of a prompt file is not sent to the model, in a sentence."""

from __future__ import annotations

from collections.abc import Iterator

from prompt_salience.editor.analysis import Analysis
from prompt_salience.editor.markdown import excerpt
from prompt_salience.prompts.cases import Case
from prompt_salience.prompts.formats.format import PromptTemplate
from prompt_salience.prompts.jinja.tags import Tag, tags
from prompt_salience.prompts.problems import Severity
from prompt_salience.prompts.source_map import Place

NESTING = ("if", "for", "macro", "call", "filter", "with", "block")
BRANCHES = ("elif", "else")
TAG_WIDTH = 40


def why_unsent(analysis: Analysis, path: str, offset: int) -> str:
    """Why the character at ``offset`` of a text that was analysed is not sent, as Markdown."""
    template = analysis.template
    if template is None or analysis.rendered is None:
        return _fault(analysis)
    if path != analysis.path:
        return _of_values(analysis, template, path, offset)
    if offset < template.place.start:
        return _of_front_matter(analysis, template, path, offset)
    if any(_holds(marker.place, path, offset) for marker in template.roles):
        return "This line says who speaks. It is sent as the scaffolding of a chat turn, which takes no influence."
    if _case(analysis, template).prompt is not None:
        return f"Only the prompt of {_case_name(analysis.case)} is sent, which is the case that is chosen."
    if template.program is None:
        return "White space at the edge of a message is trimmed."
    return _of_body(template, offset)


def _fault(analysis: Analysis) -> str:
    faults = [problem for problem in analysis.problems if problem.severity is Severity.ERROR]
    reason = f": {excerpt(faults[0].message, 200)}" if faults else "."
    return f"Nothing is sent while the prompt cannot be rendered{reason}"


def _of_values(analysis: Analysis, template: PromptTemplate, path: str, offset: int) -> str:
    holding = [
        (case, name)
        for case in template.cases
        for name, value in case.values.items()
        if _holds(value.place, path, offset)
    ]
    chosen = [name for case, name in holding if case.name == analysis.case]
    if chosen:
        return f"The template does not show this part of the value of **{excerpt(chosen[0])}**."
    if holding:
        case, _ = holding[0]
        return f"This is a value of {_case_name(case.name)}; {_case_name(analysis.case)} is the one that is chosen."
    return "Of a file of values, only the values that the template shows are sent."


def _of_front_matter(analysis: Analysis, template: PromptTemplate, path: str, offset: int) -> str:
    values = _case(analysis, template).values
    shown = next((name for name, value in values.items() if _holds(value.place, path, offset)), None)
    if shown is not None:
        return f"The template does not show this part of the value of **{excerpt(shown)}**."
    return "Front matter describes the prompt; of it, only the values that the template shows are sent."


def _of_body(template: PromptTemplate, offset: int) -> str:
    text = template.document.text
    around: Tag | None = None
    for tag in tags(text, template.place.start, template.place.end):
        if tag.start > offset:
            break
        around = tag
    if around and around.start <= offset < around.end:
        return _of_tag(around, _enclosing(text, template, around.start))
    enclosing = _enclosing(text, template, offset)
    if text[offset : offset + 1].isspace() and not enclosing:
        return "White space beside a tag, or at the edge of a message, is trimmed."
    return _not_reached("This text", enclosing)


def _of_tag(tag: Tag, enclosing: str) -> str:
    if tag.sign == "{#":
        return "A comment is for those who read the template."
    if tag.sign == "{%":
        return "A statement decides what is sent, and is no text itself."
    return _not_reached("This expression", enclosing) if enclosing else "This expression gave no text."


def _not_reached(what: str, enclosing: str) -> str:
    if not enclosing:
        return f"{what} was not reached."
    return f"{what} is in a part that was not taken, or gave no text: {excerpt(enclosing, TAG_WIDTH)}"


def _enclosing(text: str, template: PromptTemplate, offset: int) -> str:
    """The innermost statement that an offset is inside of, as it is written; empty where there is none."""
    stack: list[Tag] = []
    for tag in _statements(text, template, offset):
        if tag.name in BRANCHES and stack:
            stack[-1] = tag
        elif tag.name in NESTING:
            stack.append(tag)
        elif tag.name.startswith("end") and tag.name[3:] in NESTING and stack:
            stack.pop()
    return text[stack[-1].start : stack[-1].end] if stack else ""


def _statements(text: str, template: PromptTemplate, before: int) -> Iterator[Tag]:
    return (tag for tag in tags(text, template.place.start, before) if tag.sign == "{%")


def _holds(place: Place, path: str, offset: int) -> bool:
    return place.path == path and place.start <= offset < place.end


def _case(analysis: Analysis, template: PromptTemplate) -> Case:
    return next((case for case in template.cases if case.name == analysis.case), template.cases[0])


def _case_name(name: str) -> str:
    return f"the case **{excerpt(name)}**" if name else "the case without a name"
