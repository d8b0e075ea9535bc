"""``textDocument/rename``: another name for a variable, everywhere."""

from __future__ import annotations

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from prompt_salience.editor.rename import RenameError, rename
from prompt_salience.language_server.server import Server

METHOD = types.TEXT_DOCUMENT_RENAME
OPTIONS = types.RenameOptions(prepare_provider=True)


class RequestFailedError(JsonRpcException):
    """The request is in order, and yet cannot be fulfilled; the message is for the user."""

    CODE = types.LSPErrorCodes.RequestFailed
    MESSAGE = "Request failed"


async def answer(ls: Server, params: types.RenameParams) -> types.WorkspaceEdit | None:
    """The changes of all documents that have the name.

    Raises:
        RequestFailedError: it cannot be changed so; the message says why.
    """
    view = await ls.views.exact(params.text_document.uri)
    if view is None:
        return None
    try:
        changes = rename(view.snapshot, view.path, view.lines.offset(params.position), params.new_name)
    except RenameError as error:
        raise RequestFailedError(str(error)) from error
    return ls.views.workspace_edit(view.snapshot, changes)
