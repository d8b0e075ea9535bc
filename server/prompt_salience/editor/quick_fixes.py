"""Changes of the text that make a problem go away.

Decisions:
- Only problems of the current texts have fixes: a place in an older text could be anywhere by now.
- A misspelt name is written anew with the quotes that it has.
- A change after which YAML could no longer be read is not offered, such as taking away what an alias stands for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prompt_salience.editor.known import is_current
from prompt_salience.editor.missing_values import value_added
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.text_change import Changes, TextChange, applied
from prompt_salience.editor.unused_values import value_removed
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.formats.front_matter import front_matter_range
from prompt_salience.prompts.formats.prompty import NAME as PROMPTY
from prompt_salience.prompts.problems import Problem, PromptError
from prompt_salience.prompts.yaml_data import YamlText


@dataclass(frozen=True)
class QuickFix:
    """A way to make a problem go away.

    Attributes:
        title: what it does, in a few words.
        problem: what goes away.
        changes: the changes by path; a path that is no document of the snapshot means a new file.
        preferred: whether it is the most likely one.
    """

    title: str
    problem: Problem
    changes: Changes
    preferred: bool = False


def quick_fixes(snapshot: Snapshot, path: str, start: int, end: int) -> tuple[QuickFix, ...]:
    """The fixes of the problems that touch the characters ``start:end`` of a document."""
    if not is_current(snapshot):
        return ()
    touched = [
        problem
        for problem in snapshot.analysis.problems
        if problem.place.path == path and problem.place.start <= end and start <= problem.place.end
    ]
    return tuple(fix for problem in touched for fix in _fixes(snapshot, problem))


def _fixes(snapshot: Snapshot, problem: Problem) -> Iterator[QuickFix]:
    if problem.replacement:
        yield _replaced(snapshot, problem)
    if problem.code == "undefined-variable":
        name = _written(snapshot, problem)
        changes = value_added(snapshot, name) if name.isidentifier() else {}
        if changes and _readable(snapshot, changes):
            yield QuickFix(f"Add a value for '{name}'", problem, changes, preferred=not problem.replacement)
    elif problem.code == "unused-value":
        changes = value_removed(snapshot, problem.place)
        if changes and _readable(snapshot, changes):
            name = _bare(_written(snapshot, problem))
            yield QuickFix(f"Remove '{name}'", problem, changes, preferred=not problem.replacement)


def _written(snapshot: Snapshot, problem: Problem) -> str:
    return snapshot.documents[problem.place.path].text[problem.place.start : problem.place.end]


def _replaced(snapshot: Snapshot, problem: Problem) -> QuickFix:
    written = _written(snapshot, problem)
    quote = written[0] if written[:1] in ("'", '"') else ""
    change = TextChange(problem.place.start, problem.place.end, f"{quote}{problem.replacement}{quote}")
    title = f"Change to '{problem.replacement}'"
    return QuickFix(title, problem, {problem.place.path: (change,)}, preferred=True)


def _bare(written: str) -> str:
    return written[1:-1] if written[:1] in ("'", '"') else written


def _readable(snapshot: Snapshot, changes: Changes) -> bool:
    """Whether the YAML of each changed document can still be read."""
    for path, of_path in changes.items():
        before = snapshot.documents[path].text if path in snapshot.documents else ""
        document = Document(path, applied(before, of_path))
        try:
            _yaml_of(snapshot, document).root()
        except PromptError:
            return False
    return True


def _yaml_of(snapshot: Snapshot, document: Document) -> YamlText:
    if snapshot.analysis.format.NAME != PROMPTY:
        return YamlText(document, 0, len(document.text))
    start, end, _ = front_matter_range(document.text) or (0, 0, 0)
    return YamlText(document, start, end)
