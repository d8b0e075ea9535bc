"""One Neovim with one server and the scripted engine, in which a script does what a user does.

Where the version can take it, it is set up by the very blocks of ``docs/editors.md``.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from editors_document import blocks
from scripted_engine_process import scripted_command

NEOVIM = "nvim"
TESTS = Path(__file__).parents[1]
SAMPLE = TESTS.parent / "samples" / "menu" / "1-mistake.j2"
DEADLINE = 120
ENGINE = scripted_command("--blame", "tonight", 500, "--seconds-per-token", 0.02, "--seconds-per-layer", 0.05)
COMMON = ("Colours", "Lenses, hints, keys and commands", "The response")
NEWER = ("File types", "Server, Neovim 0.11 and newer", *COMMON)
OLDER = ("File types", "Server, Neovim 0.8 to 0.10", *COMMON)

Seen = Mapping[str, Any]


@pytest.fixture(scope="session")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What the script saw, by what it was looking at."""
    if shutil.which(NEOVIM) is None:
        pytest.skip("Neovim is not installed: apt-get install neovim")
    folder = tmp_path_factory.mktemp("neovim")
    story = _told(folder)
    process = subprocess.run(
        [NEOVIM, "--headless", "--clean", "-c", f"luafile {Path(__file__).with_name('story.lua')}"],
        env=_environment(folder, story),
        cwd=folder,
        capture_output=True,
        timeout=DEADLINE,
        check=False,
    )
    result = folder / "seen.json"
    assert result.exists(), process.stderr.decode()
    found: Seen = json.loads(result.read_text(encoding="utf-8"))
    assert "failure" not in found, f"{found['failure']}\n{found['messages']}\n{_log(folder)}"
    return found


def _told(folder: Path) -> Path:
    """The file that tells the script what to open and where to write."""
    template = folder / "menu.j2"
    template.write_text(SAMPLE.read_text(encoding="utf-8").replace("{{ dish }}", "{{ dihs }}"), encoding="utf-8")
    shutil.copy(SAMPLE.with_suffix(".values.yaml"), folder / "menu.values.yaml")
    story = folder / "story.json"
    set_ups = {"newer": _set_up(folder, "newer", NEWER), "older": _set_up(folder, "older", OLDER)}
    story.write_text(json.dumps({"template": str(template), "result": str(folder / "seen.json"), **set_ups}))
    return story


def _set_up(folder: Path, name: str, headings: tuple[str, ...]) -> str:
    """An ``init.lua`` made of the document's blocks, one after the other, as the document says."""
    path = folder / f"{name}.lua"
    path.write_text("\n".join(block for heading in headings for block in blocks(heading, "lua")), encoding="utf-8")
    return str(path)


def _environment(folder: Path, story: Path) -> dict[str, str]:
    program = folder / "bin" / "prompt-salience"
    program.parent.mkdir()
    server = shlex.join([sys.executable, "-m", "prompt_salience"])
    program.write_text(f'#!/bin/sh\nexec {server} "$@" --log-level debug --engine {shlex.quote(shlex.join(ENGINE))}\n')
    program.chmod(0o755)
    own = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    return os.environ | own | {
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(TESTS),
        "PROMPT_SALIENCE_CACHE": str(folder / "responses"),
        "PROMPT_SALIENCE_STORY": str(story),
    }  # fmt: skip


def _log(folder: Path) -> str:
    """What Neovim, and the server through it, logged."""
    return "\n".join(path.read_text(errors="replace") for path in folder.glob("**/*lsp.log"))
