"""``textDocument/codeAction``: quick fixes, "Run and explain", "Check by removing"; in a response, what to explain.

Decisions:
- A client that takes no literal code actions gets the commands alone; edits need the literals.
- What is possible everywhere is offered to who asks for it, and not to an editor that looks by itself whether there is
  anything to show a light bulb for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsprotocol import types
from pygls.capabilities import get_capability

from prompt_salience.editor.quick_fixes import QuickFix, quick_fixes
from prompt_salience.editor.removable_units import removable_units
from prompt_salience.language_server.commands import check_by_removing, contrast_target, explain_target, run_and_explain
from prompt_salience.language_server.server import Server
from prompt_salience.language_server.to_lsp import diagnostic, range_as_object
from prompt_salience.language_server.views import View

METHOD = types.TEXT_DOCUMENT_CODE_ACTION
OPTIONS = types.CodeActionOptions(
    code_action_kinds=[types.CodeActionKind.QuickFix, types.CodeActionKind.Empty], resolve_provider=False
)
RUN_AND_EXPLAIN = "Run and explain"
EXPLAIN_SELECTION = "Explain selection"
EXPLAIN_SENTENCE = "Explain this sentence"
WHY_NOT = "Why not …?"
CHECK_BY_REMOVING = "Check by removing"
_KIND = types.CodeActionKind.Empty


async def answer(ls: Server, params: types.CodeActionParams) -> list[types.Command | types.CodeAction]:
    """What can be done at a range."""
    found = await _actions(ls, params)
    literals = "text_document.code_action.code_action_literal_support"
    if get_capability(ls.client_capabilities, literals, default=None) is None:
        return [action.command for action in found if action.command]
    return list(found)


async def _actions(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    uri = params.text_document.uri
    asked = params.context.trigger_kind is not types.CodeActionTriggerKind.Automatic
    if ls.responses.file(uri) is not None:
        return list(_of_response(ls, uri, params.range)) if asked else []
    view = await ls.views.current(uri)
    if view is None:
        return []
    ls.active = uri
    wanted = params.context.only
    fixes = _fixes(ls, view, params.range) if _allows(wanted, types.CodeActionKind.QuickFix) else ()
    run = types.Command(RUN_AND_EXPLAIN, run_and_explain.NAME, arguments=[ls.documents.uri(view.snapshot.path)])
    offered = [*_checks(view, params.range), types.CodeAction(RUN_AND_EXPLAIN, _KIND, command=run)]
    return [*fixes, *(offered if asked and _allows(wanted, _KIND) else ())]


def _allows(wanted: Sequence[types.CodeActionKind | str] | None, kind: types.CodeActionKind) -> bool:
    """Whether a client wants actions of a kind; the empty kind that it may name stands for all."""
    return wanted is None or any(one in (types.CodeActionKind.Empty, kind) for one in wanted)


def _checks(view: View, asked: types.Range) -> Iterator[types.CodeAction]:
    if removable_units(view.snapshot, view.path, *view.lines.offsets(asked)):
        arguments = [view.uri, range_as_object(asked)]
        command = types.Command(CHECK_BY_REMOVING, check_by_removing.NAME, arguments=arguments)
        yield types.CodeAction(CHECK_BY_REMOVING, _KIND, command=command)


def _fixes(ls: Server, view: View, asked: types.Range) -> Iterator[types.CodeAction]:
    for fix in quick_fixes(view.snapshot, view.path, *view.lines.offsets(asked)):
        yield types.CodeAction(
            fix.title,
            types.CodeActionKind.QuickFix,
            diagnostics=[_problem(ls, view, fix)],
            is_preferred=fix.preferred,
            edit=ls.views.workspace_edit(view.snapshot, fix.changes),
        )


def _problem(ls: Server, view: View, fix: QuickFix) -> types.Diagnostic:
    return diagnostic(fix.problem, ls.views.lines(view.snapshot.documents[fix.problem.place.path].text))


def _of_response(ls: Server, uri: str, asked: types.Range) -> Iterator[types.CodeAction]:
    view = ls.views.of_response(uri)
    target = view.target(asked) if view else None
    if view is None or target is None:
        return
    title = EXPLAIN_SENTENCE if asked.start == asked.end else EXPLAIN_SELECTION
    command = types.Command(title, explain_target.NAME, arguments=[uri, range_as_object(asked)])
    yield types.CodeAction(title, _KIND, command=command)
    # The range is that of the target, not of a cursor in it: a client that asks for the other text shows this one.
    place = range_as_object(view.range_of(target))
    yield types.CodeAction(WHY_NOT, _KIND, command=types.Command(WHY_NOT, contrast_target.NAME, arguments=[uri, place]))
