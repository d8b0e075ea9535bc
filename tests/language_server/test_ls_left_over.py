"""What a server leaves that was killed: the next one clears it away."""

from __future__ import annotations

import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

from fake_editor import Editor, eventually


async def test_responses_of_a_killed_server_go_when_another_one_shows_one(
    start: Callable[[], Awaitable[Editor]], menu: Path, tmp_path: Path
):
    killed, other = await start(), await start()
    await killed.run(killed.open_file(menu))
    await eventually(lambda: _owners(tmp_path) == {killed.pid})
    os.kill(killed.pid, signal.SIGKILL)
    await eventually(lambda: killed.client._server.returncode is not None)
    await other.run(other.open_file(menu))
    await eventually(lambda: _owners(tmp_path) == {other.pid})


def _owners(tmp_path: Path) -> set[int]:
    return {int(path.parents[1].name) for path in tmp_path.glob("cache/responses/*/*/*.response.md")}
