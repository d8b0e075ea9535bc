"""``promptSalience/explorer``: uri. What the explorer's page shows of a prompt file; null before it was explained.

Decisions:
- It is worked out in a thread: a long prompt divided into tokens takes longer than an answer may hold up the others.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.tints import current_place
from prompt_salience.engine_client.protocol import Method
from prompt_salience.language_server import own_requests
from prompt_salience.language_server.commands.arguments import asked_file
from prompt_salience.language_server.server import Server
from prompt_salience.language_server.threads import in_thread
from prompt_salience.report.explorer_data import Sources, explorer_data

METHOD = own_requests.EXPLORER
OPTIONS = None


async def answer(ls: Server, params: own_requests.PromptParams) -> dict[str, Any] | None:
    """The data of the page, with links to the texts as they are now."""
    file = await asked_file(ls, [params.uri])
    snapshot = file.snapshot()
    if snapshot is None or snapshot.explained is None:
        return None
    return await in_thread(partial(_data, ls, snapshot), f"explorer of {file.path}")


def _data(ls: Server, snapshot: Snapshot) -> dict[str, Any] | None:
    if snapshot.explained is None:
        return None
    sources = Sources(snapshot.documents, partial(current_place, snapshot), ls.documents.uri)
    return explorer_data([snapshot.explained.explanation], sources, [str(method) for method in Method])
