"""Where the value of a variable that has none goes: into the front matter, or into the file of values.

Decisions:
- The new value is empty, of the kind that the input is declared as.
- A file of values that does not exist yet is written as the simplest one: a name and its value.
- Among several cases the value goes to the one that is rendered.
"""

from __future__ import annotations

from collections.abc import Mapping

from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.text_change import Changes, TextChange
from prompt_salience.editor.yaml_edits import New, entry_lines, line_end_of, with_entry, with_item
from prompt_salience.prompts.cases import Input
from prompt_salience.prompts.formats.format import PromptTemplate
from prompt_salience.prompts.formats.front_matter import front_matter_range
from prompt_salience.prompts.formats.prompty import NAME as PROMPTY
from prompt_salience.prompts.formats.written_names import named_cases, names_in_front_matter
from prompt_salience.prompts.template import SIDECAR_ENDING, sidecar_name
from prompt_salience.prompts.yaml_outline import Entry, Shape

NOTHING = '""'
EMPTY: Mapping[str, str] = {
    "integer": "0",
    "float": "0.0",
    "number": "0",
    "boolean": "false",
    "array": "[]",
    "list": "[]",
    "object": "{}",
}
"""The empty value of each kind of input that is no text."""


def value_added(snapshot: Snapshot, name: str) -> Changes:
    """The changes that give the variable ``name`` an empty value in the case that is rendered; none for no template."""
    template = snapshot.analysis.template
    if template is None:
        return {}
    if template.format == PROMPTY:
        return {snapshot.path: (_in_front_matter(template, name),)}
    return _in_sidecar(snapshot, template, name)


def _in_front_matter(template: PromptTemplate, name: str) -> TextChange:
    text, outline = template.document.text, template.outline
    if outline is None:
        return _new_inputs(text, name)
    declared = next((known for known in template.inputs if known.name == name), None)
    inputs = outline.entry("inputs")
    if declared:
        return with_entry(text, _declaration(outline, name), "example", _empty(declared))
    if inputs is None:
        return with_entry(text, outline, "inputs", {name: {"example": NOTHING}})
    if inputs.shape is Shape.LIST:
        return with_item(text, inputs, {"name": name, "example": NOTHING})
    return with_entry(text, inputs, name, {"example": NOTHING})


def _empty(declared: Input) -> str:
    return EMPTY.get(declared.kind, NOTHING)


def _declaration(outline: Entry, name: str) -> Entry:
    return next(found.entry for found in names_in_front_matter(outline) if found.declares and found.name == name)


def _new_inputs(text: str, name: str) -> TextChange:
    """Front matter for a file that has none, or an entry for one that says nothing."""
    line_end = line_end_of(text)
    lines = [*entry_lines("inputs", {name: {"example": NOTHING}})]
    found = front_matter_range(text)
    at = found[1] if found else 0
    fenced = lines if found else ["---", *lines, "---"]
    return TextChange(at, at, "".join(line + line_end for line in fenced))


def _in_sidecar(snapshot: Snapshot, template: PromptTemplate, name: str) -> Changes:
    sidecar = template.sidecar
    if sidecar is None:
        path = sidecar_name(snapshot.path) or snapshot.path + SIDECAR_ENDING
        return {path: (TextChange(0, 0, _new_values("\n", name)),)}
    if template.outline is None:
        at = len(sidecar.text)
        line_end = line_end_of(sidecar.text)
        begun = line_end if at and sidecar.text[-1] not in "\r\n" else ""
        return {sidecar.path: (TextChange(at, at, begun + _new_values(line_end, name)),)}
    mapping, entry, value = _addition(template.outline, snapshot.analysis.case, name)
    return {sidecar.path: (with_entry(sidecar.text, mapping, entry, value),)}


def _new_values(line_end: str, name: str) -> str:
    simple = name not in ("cases", "values")
    lines = entry_lines(name, NOTHING) if simple else entry_lines("values", {name: NOTHING})
    return "".join(line + line_end for line in lines)


def _addition(outline: Entry, case: str, name: str) -> tuple[Entry, str, New]:
    """The mapping that a value goes into, and the name and value of the new entry there."""
    cases = outline.entry("cases")
    if cases is None:
        return outline.entry("values") or outline, name, NOTHING
    home = next((found for known, found in named_cases(outline) if known == case), outline)
    values = home.entry("values")
    return (values, name, NOTHING) if values else (home, "values", {name: NOTHING})
