"""The values and the names of variables that are known while a file is being typed.

Decisions:
- What the analysis knows is used where it knows anything, even of an older text. While the body is broken, front
  matter and file of values are read by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.prompts.cases import Case, Input, Value
from prompt_salience.prompts.formats.prompty import NAME as PROMPTY
from prompt_salience.prompts.formats.prompty import declared_values
from prompt_salience.prompts.formats.sidecar import SidecarReader
from prompt_salience.prompts.jinja.open_blocks import names_set
from prompt_salience.prompts.jinja.tag_tokens import Token, TokenKind, tokens
from prompt_salience.prompts.jinja.tags import tags
from prompt_salience.prompts.jinja.vocabulary import CONSTANTS, IMPLIED, KEYWORDS, functions
from prompt_salience.prompts.problems import PromptError


def known_values(snapshot: Snapshot) -> Mapping[str, Value]:
    """The values of the chosen case by variable; those of the first case where the choice is of none."""
    cases, _ = _cases_and_inputs(snapshot)
    chosen = next((case for case in cases if case.name == snapshot.analysis.case), cases[0])
    return chosen.values


def declared_inputs(snapshot: Snapshot) -> tuple[Input, ...]:
    """The inputs that the front matter declares."""
    return _cases_and_inputs(snapshot)[1]


def used_names(snapshot: Snapshot, body: int) -> tuple[str, ...]:
    """The names that the body, which starts at ``body``, takes from outside; in a broken one those it may take."""
    template = snapshot.analysis.template
    if template and template.program:
        return tuple(template.program.variables)
    text = snapshot.documents[snapshot.path].text
    return tuple(dict.fromkeys(_names(text, body)))


def _cases_and_inputs(snapshot: Snapshot) -> tuple[tuple[Case, ...], tuple[Input, ...]]:
    template = snapshot.analysis.template
    if template:
        return template.cases, template.inputs
    try:
        return _read(snapshot)
    except PromptError:
        # The problems of the file tell; there is nothing to propose from it.
        return (Case(),), ()


def _read(snapshot: Snapshot) -> tuple[tuple[Case, ...], tuple[Input, ...]]:
    if snapshot.analysis.format.NAME == PROMPTY:
        case, inputs = declared_values(snapshot.documents[snapshot.path])
        return (case,), inputs
    sidecar = next((document for path, document in snapshot.documents.items() if path != snapshot.path), None)
    return (SidecarReader(sidecar).cases() if sidecar else (Case(),)), ()


def _names(text: str, body: int) -> Iterator[str]:
    closed = [tag for tag in tags(text, body, len(text)) if tag.sign != "{#" and tag.closed]
    local = {found.name for tag in closed for found in names_set(text, tag)}
    for tag in closed:
        words = [*tokens(text, tag)]
        yield from (name for name in _names_in(words[1:] if tag.sign == "{%" else words) if name not in local)


def _names_in(words: list[Token]) -> Iterator[str]:
    taken = KEYWORDS | CONSTANTS | IMPLIED | functions()
    before = ""
    for word in words:
        if word.kind is TokenKind.NAME and before not in (".", "|", "is") and word.text not in taken:
            yield word.text
        before = word.text
