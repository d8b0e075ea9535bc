"""From what ``editor`` and ``prompts`` say to the types of the protocol: the one place where that happens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from lsprotocol import types

from prompt_salience.editor.hints import Hint
from prompt_salience.editor.hover import Hover
from prompt_salience.editor.lenses import Lens
from prompt_salience.editor.text_change import Changes, TextChange
from prompt_salience.language_server.positions import Lines
from prompt_salience.prompts.problems import Problem, Severity

SOURCE = "prompt-salience"
UNUSED = "unused-value"


def diagnostic(problem: Problem, lines: Lines) -> types.Diagnostic:
    """A problem, with what to do about it."""
    error = problem.severity is Severity.ERROR
    return types.Diagnostic(
        range=lines.range(problem.place.start, problem.place.end),
        message=f"{problem.message} {problem.suggestion}".strip(),
        severity=types.DiagnosticSeverity.Error if error else types.DiagnosticSeverity.Warning,
        code=problem.code,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if problem.code == UNUSED else None,
    )


def hover(found: Hover, lines: Lines) -> types.Hover:
    """A hover in Markdown."""
    content = types.MarkupContent(types.MarkupKind.Markdown, found.markdown)
    return types.Hover(content, lines.range(found.start, found.end))


def range_as_object(found: types.Range) -> dict[str, Any]:
    """A range as it stands in JSON, for messages that the protocol has no types for."""
    start, end = found.start, found.end
    return {
        "start": {"line": start.line, "character": start.character},
        "end": {"line": end.line, "character": end.character},
    }


def inlay_hint(found: Hint, lines: Lines) -> types.InlayHint:
    """A share at the end of a line."""
    return types.InlayHint(lines.position(found.offset), found.text, tooltip=found.tooltip, padding_left=True)


def code_lens(found: Lens, lines: Lines, arguments: Sequence[Any], command: str | None = None) -> types.CodeLens:
    """A command above a line."""
    position = lines.position(found.offset)
    return types.CodeLens(
        types.Range(position, position), types.Command(found.title, command or found.command, arguments=list(arguments))
    )


def workspace_edit(
    changes: Changes,
    lines_of: Callable[[str], Lines],
    uri_of: Callable[[str], str],
    version_of: Callable[[str], int | None],
    *,
    exists: Callable[[str], bool],
) -> types.WorkspaceEdit:
    """Changes of several documents; those of a path that does not exist are a new file."""
    edits: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = []
    for path, of_path in changes.items():
        uri = uri_of(path)
        if not exists(path):
            edits.append(types.CreateFile(uri, options=types.CreateFileOptions(ignore_if_exists=True)))
        document = types.OptionalVersionedTextDocumentIdentifier(uri, version_of(path))
        edits.append(types.TextDocumentEdit(document, text_edits(of_path, lines_of(path))))
    return types.WorkspaceEdit(document_changes=edits)


def text_edits(changes: Iterable[TextChange], lines: Lines) -> list[types.TextEdit | types.AnnotatedTextEdit]:
    """Changes of one document."""
    return [types.TextEdit(lines.range(change.start, change.end), change.text) for change in changes]
