"""The line of commands above a prompt: what it is run with, and what is explained now.

Decisions:
- The lenses stand above the first line of the body that is not blank: that is where people look, and long front
  matter would leave them out of sight.
- Each lens says the present state and is the command that changes it. Those that are changed most come first: a narrow
  window cuts off the others.
- The editor's document is the first argument of every command; it is put there by whoever knows its URI.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prompt_salience.editor.alignment import align
from prompt_salience.editor.likelihood import likelihood_words
from prompt_salience.editor.snapshot import Explained, Snapshot, lines
from prompt_salience.editor.targets import target_name
from prompt_salience.engine_client.models import model_title

RUN_AND_EXPLAIN = "promptSalience.runAndExplain"
CANCEL = "promptSalience.cancel"
CHOOSE_CASE = "promptSalience.chooseCase"
CHOOSE_MODEL = "promptSalience.chooseModel"
CHOOSE_METHOD = "promptSalience.chooseMethod"
CHOOSE_GRANULARITY = "promptSalience.chooseGranularity"
CHOOSE_TARGET = "promptSalience.chooseTarget"
EXPLAIN_TARGET = "promptSalience.explainTarget"

Argument = int | str


@dataclass(frozen=True)
class Lens:
    """A command above the line of ``offset``; ``arguments`` are those after the document."""

    offset: int
    title: str
    command: str
    arguments: tuple[Argument, ...] = ()


def lenses(snapshot: Snapshot) -> tuple[Lens, ...]:
    """The commands above a prompt, in the order they are shown."""
    offset = first_line(snapshot)
    return tuple(Lens(offset, title, command) for title, command in _commands(snapshot))


def first_line(snapshot: Snapshot) -> int:
    """Where the first line of the body that is not blank starts, in the current text."""
    text = lines(snapshot, snapshot.path)
    body = text.at(_body_start(snapshot))
    inked = (line for line in range(body, len(text.starts)) if text.inks[line][0] < text.inks[line][1])
    return text.starts[next(inked, body)]


def _body_start(snapshot: Snapshot) -> int:
    template = snapshot.analysis.template
    if template is None or template.place.start == 0:
        return 0
    before, now = template.document.text, snapshot.documents[snapshot.path].text
    found = align(before, now).moved(template.place.start, len(before))
    return found.start if found else 0


def _commands(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    choices, analysis = snapshot.choices, snapshot.analysis
    yield (f"{snapshot.activity} · cancel", CANCEL) if snapshot.activity else ("run and explain", RUN_AND_EXPLAIN)
    if len(analysis.cases) > 1:
        yield f"case: {analysis.case}{_shown(snapshot, analysis.case, 'case')}", CHOOSE_CASE
    if snapshot.explained:
        yield _target(snapshot.explained), CHOOSE_TARGET
    finely = f"granularity: {choices.granularity}{_shown(snapshot, choices.granularity, 'granularity')}"
    yield finely, CHOOSE_GRANULARITY
    yield f"method: {choices.method}{_shown(snapshot, choices.method, 'method')}", CHOOSE_METHOD
    yield f"model: {model_title(choices.model)}", CHOOSE_MODEL


def _shown(snapshot: Snapshot, chosen: str, member: str) -> str:
    """What the explanation that is shown was made with, where that is not what is chosen now."""
    explained = snapshot.explained
    shown = getattr(explained.explanation, member) if explained else chosen
    return "" if shown == chosen else f" (shown: {shown})"


def _target(explained: Explained) -> str:
    name = f"target: {target_name(explained.explanation)}"
    if explained.likelihood_change is None:
        return name
    return f"{name} · {likelihood_words(explained.likelihood_change)}"
