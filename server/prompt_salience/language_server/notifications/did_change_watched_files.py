"""``workspace/didChangeWatchedFiles``: a file of values, or a prompt that is not open, was written by somebody else."""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.language_server.server import Server
from prompt_salience.language_server.uris import path_of

METHOD = types.WORKSPACE_DID_CHANGE_WATCHED_FILES


def take(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
    """Read every prompt file that depends on one of these again, unless the editor has it open."""
    for path in {path_of(change.uri) for change in params.changes}:
        if ls.documents.of_path(path):
            continue
        for file in ls.files.depending_on(path):
            ls.files.read_again(file, path)
            ls.live.edited(file)
