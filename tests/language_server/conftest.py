"""A server for each test, with the scripted engine; after the test it must be gone, and its engine too."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from fake_editor import Editor, ended, eventually, started
from pytest_lsp import LspSpecificationWarning

MENU = """\
You judge dishes on a menu for a guest.

Guest likes: fish
Dish: Mushroom risotto
Recommendation: Go for it.

Guest likes: {{ likes }}
Dish: {{ dish }}
Recommendation:
"""
VALUES = """\
cases:
  eggs:
    values:
      likes: cheese
      dish: Cheese souffle
  onions:
    values:
      likes: mushrooms
      dish: Onion soup
"""

Start = Callable[..., Awaitable[Editor]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the specification forbids is a failure."""
    for item in items:
        item.add_marker(
            pytest.mark.filterwarnings(f"error::{LspSpecificationWarning.__module__}.LspSpecificationWarning")
        )


@pytest.fixture
async def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Start]:
    """Starts editors, each with a server of its own, and ends them."""
    monkeypatch.setenv("PROMPT_SALIENCE_CACHE", str(tmp_path / "cache"))
    editors: list[Editor] = []

    async def begin(*arguments: str, **options: Any) -> Editor:
        editors.append(await started(*arguments, **options))
        return editors[-1]

    yield begin
    for editor in editors:
        engines = {state.pid for state in editor.engine if state.pid}
        await ended(editor)
        await eventually(lambda pids=engines: not any(alive(pid) for pid in pids), seconds=1)


@pytest.fixture
async def editor(start: Start) -> Editor:
    """An editor with a server and the scripted engine as it is."""
    return await start()


@pytest.fixture
def menu(tmp_path: Path) -> Path:
    """A prompt file with two cases."""
    (tmp_path / "menu.values.yaml").write_text(VALUES, encoding="utf-8")
    path = tmp_path / "menu.j2"
    path.write_text(MENU, encoding="utf-8")
    return path


def alive(pid: int) -> bool:
    """Whether a process is there, and not only waits to be collected."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return (
        "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        if Path("/proc").is_dir()
        else True
    )
