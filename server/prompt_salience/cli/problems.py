"""Problems of a prompt file as compilers print them: ``path:line:column: error: message``, the line, a caret.

Decisions:
- The source line is shown escaped and no wider than ``_WIDEST``: a prompt may be one line of many thousand characters.
- A problem that spans several lines is underlined to the end of its first.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len

from prompt_salience.prompts.document import Document
from prompt_salience.prompts.problems import Problem
from prompt_salience.report.escaping import escaped

_WIDEST = 100
_LEAD = 40


def described(problem: Problem, documents: Mapping[str, Document]) -> str:
    """A problem in a few lines: where, what, the source line with the place underlined, and the cure."""
    path = escaped(problem.place.path)
    document = documents.get(problem.place.path)
    suggestion = [f"  {problem.suggestion}"] if problem.suggestion else []
    if document is None:
        return "\n".join([f"{path}: {problem.severity}: {problem.message}", *suggestion])
    line, column = document.line_and_column(problem.place.start)
    first = f"{path}:{line}:{column}: {problem.severity}: {problem.message}"
    return "\n".join([first, *_excerpt(document, problem, line, column), *suggestion])


def _excerpt(document: Document, problem: Problem, line: int, column: int) -> list[str]:
    start = problem.place.start
    line_start = start - (column - 1)
    line_end = _line_end(document.text, start)
    shown_start = line_start if line_end - line_start <= _WIDEST else max(line_start, start - _LEAD)
    shown_end = min(line_end, shown_start + _WIDEST)
    before = _on_one_line(document.text[shown_start:start])
    marked = _on_one_line(document.text[start : max(min(problem.place.end, shown_end), start)])
    after = _on_one_line(document.text[max(min(problem.place.end, shown_end), start) : shown_end])
    number = f"{line:>5} | "
    caret = " " * cell_len(before) + "^" * max(cell_len(marked), 1)
    return [number + before + marked + after, " " * (len(number) - 2) + "| " + caret]


def _line_end(text: str, start: int) -> int:
    ends = (text.find(mark, start) for mark in ("\n", "\r"))
    return min((end for end in ends if end >= 0), default=len(text))


def _on_one_line(text: str) -> str:
    return escaped(text.replace("\t", "    "))
