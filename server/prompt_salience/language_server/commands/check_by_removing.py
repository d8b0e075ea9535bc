"""``promptSalience.checkByRemoving``: uri, place. Returns the job's id, or null where nothing can be checked.

The place is a range or a position in the document; without one, the strongest piece of the prompt is taken out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pygls.exceptions import JsonRpcInvalidParams

from prompt_salience.editor.removable_units import is_explained_now, removable_units
from prompt_salience.editor.snapshot import Explained, Snapshot
from prompt_salience.language_server.commands.arguments import asked_file, asked_uri, further, range_of
from prompt_salience.language_server.running import NotRunnableError
from prompt_salience.language_server.server import Server
from prompt_salience.language_server.views import View
from prompt_salience.verifying import strongest_units

NAME = "promptSalience.checkByRemoving"
NEVER_RUN = "There is no response yet: run the prompt first."
EDITED = "The prompt was edited since it was explained. Run it, or wait until it is explained anew."
NOTHING_THERE = "There is no text of the prompt at this place that could be taken out."


async def execute(ls: Server, *arguments: Any) -> str | None:
    """Take out what stands at a place of the prompt, and see what becomes of the response."""
    file, place = await asked_file(ls, arguments), further(arguments)
    view = await ls.views.current(asked_uri(ls, arguments))
    snapshot = view.snapshot if view else file.snapshot()
    try:
        explained = _current(snapshot)
        units = strongest_units(explained.explanation, 1) if place is None else _at(view, place)
        return ls.running.check(file, explained, units).id
    except NotRunnableError as error:
        ls.messages.error(str(error))
        return None


def _current(snapshot: Snapshot | None) -> Explained:
    if snapshot is None or snapshot.explained is None:
        raise NotRunnableError(NEVER_RUN)
    if not is_explained_now(snapshot):
        raise NotRunnableError(EDITED)
    return snapshot.explained


def _at(view: View | None, place: Any) -> tuple[int, ...]:
    if not isinstance(place, Mapping):
        raise JsonRpcInvalidParams("A place is a range or a position.")
    asked = range_of(place)
    units = removable_units(view.snapshot, view.path, *view.lines.offsets(asked)) if view else ()
    if not units:
        raise NotRunnableError(NOTHING_THERE)
    return units
