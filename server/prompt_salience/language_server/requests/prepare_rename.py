"""``textDocument/prepareRename``: whether the name at a position can be changed."""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.editor.rename import RenameError, renamable
from prompt_salience.language_server.requests.rename import RequestFailedError
from prompt_salience.language_server.server import Server

METHOD = types.TEXT_DOCUMENT_PREPARE_RENAME
OPTIONS = None


async def answer(ls: Server, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
    """The range of the name, and the name.

    Raises:
        RequestFailedError: it cannot be changed; the message says why.
    """
    view = await ls.views.exact(params.text_document.uri)
    if view is None:
        return None
    try:
        found = renamable(view.snapshot, view.path, view.lines.offset(params.position))
    except RenameError as error:
        raise RequestFailedError(str(error)) from error
    return types.PrepareRenamePlaceholder(view.lines.range(found.start, found.end), found.name)
