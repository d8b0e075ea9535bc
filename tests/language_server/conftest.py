"""A server for each test, with the scripted engine; after the test it must be gone, and its engine too."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from fake_editor import BLAME, SCRIPTED, Editor, ended, eventually, started
from ls_processes import running
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
        await eventually(lambda pids=engines: not any(running(pid) for pid in pids), seconds=1)


@pytest.fixture
async def editor(start: Start) -> Editor:
    """An editor with a server and the scripted engine as it is."""
    return await start()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def modules_editor(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Editor]:
    """An editor with a server for all tests of a module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PROMPT_SALIENCE_CACHE", str(tmp_path_factory.mktemp("cache")))
        editor = await started(engine=(*SCRIPTED, *BLAME))
        yield editor
        await ended(editor)


@pytest_asyncio.fixture(loop_scope="module")
async def shared(modules_editor: Editor) -> AsyncIterator[Editor]:
    """The module's editor, without documents before the test, and after it again."""
    for heard in (modules_editor.client.messages, modules_editor.client.shown_documents, modules_editor.questions):
        heard.clear()
    modules_editor.answers.clear()
    modules_editor.refreshed.clear()
    yield modules_editor
    await modules_editor.close_all()


@pytest.fixture
def menu(tmp_path: Path) -> Path:
    """A prompt file with two cases."""
    (tmp_path / "menu.values.yaml").write_text(VALUES, encoding="utf-8")
    path = tmp_path / "menu.j2"
    path.write_text(MENU, encoding="utf-8")
    return path
