"""``textDocument/codeLens``: the commands above a prompt, and "explain this" above each sentence of a response.

Decisions:
- The lenses above a prompt stand one character apart, as far as their line is long, because some editors sort those
  of a line by their columns and do not keep the order of equals.
"""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.editor.lenses import lenses
from prompt_salience.editor.response_lenses import response_lenses
from prompt_salience.language_server.commands import explain_target
from prompt_salience.language_server.positions import Lines
from prompt_salience.language_server.server import Server
from prompt_salience.language_server.to_lsp import code_lens

METHOD = types.TEXT_DOCUMENT_CODE_LENS
OPTIONS = None


async def answer(ls: Server, params: types.CodeLensParams) -> list[types.CodeLens]:
    """The lenses of a prompt file, or of a response; a file of values has none."""
    uri = params.text_document.uri
    if not ls.settings(uri).lenses:
        return []
    if ls.responses.file(uri) is not None:
        return _of_response(ls, uri)
    view = await ls.views.current(uri)
    if view is None or view.path != view.snapshot.path:
        return []
    found = [code_lens(lens, view.lines, [uri, *lens.arguments]) for lens in lenses(view.snapshot)]
    return [_moved(lens, number, view.lines) for number, lens in enumerate(found)]


def _moved(lens: types.CodeLens, characters: int, lines: Lines) -> types.CodeLens:
    wanted = types.Position(lens.range.start.line, lens.range.start.character + characters)
    place = lines.position(lines.offset(wanted))
    return types.CodeLens(types.Range(place, place), lens.command)


def _of_response(ls: Server, uri: str) -> list[types.CodeLens]:
    view = ls.views.of_response(uri)
    if view is None:
        return []
    return [
        code_lens(lens, view.lines, [uri, list(lens.arguments) or None], explain_target.NAME)
        for lens in response_lenses(view.shown, view.file.explained)
        if view.is_current(lens)
    ]
