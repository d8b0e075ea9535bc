"""A client with one prompt file open, and what must hold of it whatever happens to the engine."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bare_client import BareClient
from fake_editor import position_at, uri_of
from ls_processes import assert_soon_gone
from lsp_checks import check_tokens

from scripted_engine_process import scripted_command

MENU = "You judge dishes. 😀\nGuest likes: {{ likes }}\nDish: {{ dish }}\nRecommendation:\n"
VALUES = "cases:\n  eggs:\n    values: {likes: cheese, dish: Souffle}\n"
SOON = 1.0
"""How long an answer may take, in seconds, also right after a death."""


class Session:
    """A client with one prompt file open."""

    def __init__(self, folder: Path, *engine: object, **settings: Any) -> None:
        (folder / "menu.values.yaml").write_text(VALUES, encoding="utf-8")
        self.client = BareClient(
            scripted_command(*engine), cache=folder / "cache", settings={"method": "grad_l2"} | settings
        )
        self.legend = self.client.initialize()["semanticTokensProvider"]["legend"]
        self.uri, self.text, self.version = uri_of(folder / "menu.j2"), MENU, 1
        self.document = {"textDocument": {"uri": self.uri}}
        self.client.open(self.uri, MENU)

    def run(self) -> str:
        job = self.client.command("runAndExplain", self.uri)
        assert job
        return str(job)

    def ended(self, job: str) -> str:
        """How a job ended, once it has."""
        self.client.eventually(lambda: self.client.endings(job))
        return self.client.endings(job)[0]

    def until(self, state: str) -> None:
        """Wait until the engine does something."""
        self.client.eventually(lambda: state in self.client.engine_states)

    def kill_engine(self) -> None:
        os.kill(self.client.engine_statuses[-1]["pid"], signal.SIGKILL)

    def change(self, text: str) -> None:
        self.version, self.text = self.version + 1, text
        self.client.change(self.uri, self.version, text)

    def close(self) -> None:
        self.client.close(self.uri)

    def assert_well(self) -> None:
        """The server answers soon, for the very text that the client has."""
        start = time.monotonic()
        for name, place in variables(self.text).items():
            found = self.client.result("textDocument/prepareRename", self.document | {"position": place["start"]})
            assert found == {"range": place, "placeholder": name}
        tokens = self.client.result("textDocument/semanticTokens/full", self.document)["data"]
        assert time.monotonic() - start < SOON
        check_tokens(self.text, tokens, self.legend)

    def tinted(self) -> bool:
        """Whether the influence of this very text is known."""
        tokens = self.client.result("textDocument/semanticTokens/full", self.document)["data"]
        stale = 1 << self.legend["tokenModifiers"].index("stale")
        kinds = {self.legend["tokenTypes"][number] for number in tokens[3::5]}
        return "salience" in kinds and not any(bits & stale for bits in tokens[4::5])

    def idle(self) -> bool:
        return bool(self.client.command("showDebugInformation")["jobs"] == 0)

    def end(self) -> None:
        """Leave; neither processes nor answers may be missing."""
        assert self.client.leave() == 0
        self.client.end()
        assert_soon_gone(self.client.engines)
        self.client.assert_answered_once()
        assert not self.client.noise
        assert "Traceback" not in self.client.logged


def variables(text: str) -> dict[str, dict[str, Any]]:
    """The ranges of the variables of a text, by name."""
    found = re.finditer(r"(?<={{ )\w+(?= }})", text)
    return {one[0]: {"start": position(text, one.start()), "end": position(text, one.end())} for one in found}


def position(text: str, offset: int) -> dict[str, int]:
    found = position_at(text, offset)
    return {"line": found.line, "character": found.character}


def eventually(holds: Callable[[], bool], within: float = 10.0) -> None:
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.01)


Begin = Callable[..., Session]


def beginning(folder: Path) -> Iterator[Begin]:
    """What starts sessions; each must be well, and leave nothing in the end."""
    sessions: list[Session] = []

    def begin(*engine: object, **settings: Any) -> Session:
        sessions.append(Session(folder, *engine, **settings))
        return sessions[-1]

    yield begin
    for session in sessions:
        session.assert_well()
        session.end()
