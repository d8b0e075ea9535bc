"""Jobs that are called off, overtaken and typed over: each ends once, and the last text is the one that counts."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ls_session import MENU, Begin, Session, beginning, eventually

REQUEST_CANCELLED = -32800
SLOW = ("--seconds-per-token", 0.05)
WAYS_TO_CALL_OFF: dict[str, Callable[[Session, str], Any]] = {
    "progress": lambda session, job: session.client.notify("window/workDoneProgress/cancel", {"token": job}),
    "command": lambda session, _job: session.client.command("cancel", session.uri),
    "command for all": lambda session, _job: session.client.command("cancel"),
    "clear": lambda session, _job: session.client.command("clear", session.uri),
    "another run": lambda session, _job: session.run(),
    "restart": lambda session, _job: session.client.command("restartEngine"),
    "close": lambda session, _job: session.close(),
}


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Starts sessions; each must be well, and leave nothing in the end."""
    yield from beginning(tmp_path)


@pytest.mark.parametrize("way", WAYS_TO_CALL_OFF)
def test_a_job_that_is_called_off_ends_soon(begin: Begin, way: str):
    session = begin(*SLOW)
    job = session.run()
    session.until("generating")
    start = time.monotonic()
    WAYS_TO_CALL_OFF[way](session, job)
    assert session.ended(job) == "Cancelled"
    assert time.monotonic() - start < 0.5
    if way == "close":
        session.client.open(session.uri, MENU)
    assert session.ended(session.run()) == "Done"
    assert session.tinted()
    assert session.client.endings(job) == ["Cancelled"]
    assert not session.client.popups


def test_a_request_that_is_called_off_is_answered_once(begin: Begin):
    session = begin()
    for number in range(50):
        session.change(MENU * 20 + "x" * number)
        request = session.client.ask(
            "textDocument/definition", session.document | {"position": {"line": 1, "character": 15}}
        )
        session.client.notify("$/cancelRequest", {"id": request})
        session.client.notify("$/cancelRequest", {"id": request})
        answer = session.client.answer(request)
        assert "error" not in answer or answer["error"]["code"] == REQUEST_CANCELLED
    session.change(MENU)


def test_typing_does_not_disturb_a_job_that_was_asked_for(begin: Begin):
    session = begin(*SLOW)
    job = session.run()
    session.until("generating")
    type_a_lot(session)
    assert session.ended(job) == "Done"
    eventually(session.tinted)
    assert not session.client.popups


def test_typing_is_followed_by_the_explanation_of_the_last_text(begin: Begin):
    session = begin("--seconds-per-layer", 0.02)
    assert session.ended(session.run()) == "Done"
    type_a_lot(session, pause=0.01)
    eventually(session.tinted)
    assert session.idle()
    assert not session.client.popups


def type_a_lot(session: Session, pause: float = 0.0) -> None:
    """Two hundred edits, with the questions of an editor in between."""
    slowest = 0.0
    for number in range(200):
        session.change(MENU.replace("dishes", "dishes, \u2028well" + "é" * number))
        if number % 20 == 0:
            start = time.monotonic()
            session.client.result("textDocument/semanticTokens/full", session.document)
            slowest = max(slowest, time.monotonic() - start)
        time.sleep(pause)
    assert slowest < 1.0
    session.assert_well()


@pytest.mark.parametrize("seed", range(2))
def test_every_request_of_a_random_session_has_one_answer(begin: Begin, seed: int):
    session = begin("--seconds-per-token", 0.005, live="run")
    for act in some_acts(random.Random(seed), 400):
        act(session)
    session.change(MENU)
    session.client.command("cancel")
    eventually(session.idle)
    assert session.ended(session.run()) == "Done"


def some_acts(chance: random.Random, count: int) -> Iterator[Callable[[Session], Any]]:
    acts: list[Callable[[Session], Any]] = [
        lambda session: session.change(MENU.replace("dishes", "é" * chance.randrange(9))),
        lambda session: session.client.ask("textDocument/hover", session.document | {"position": somewhere(chance)}),
        lambda session: session.client.ask("textDocument/semanticTokens/full", session.document),
        lambda session: session.client.ask("textDocument/references", session.document),
        lambda session: session.client.ask(
            "textDocument/rename", session.document | {"position": somewhere(chance), "newName": "a"}
        ),
        lambda session: session.client.notify("$/cancelRequest", {"id": chance.randrange(1, 400)}),
        lambda session: session.client.ask("workspace/executeCommand", command(chance, session)),
        lambda session: session.client.notify(
            "window/workDoneProgress/cancel", {"token": f"prompt-salience/{chance.randrange(30)}"}
        ),
        lambda _session: time.sleep(chance.random() * 0.02),
    ]
    return (chance.choice(acts) for _ in range(count))


def somewhere(chance: random.Random) -> dict[str, int]:
    return {"line": chance.randrange(5), "character": chance.randrange(25)}


def command(chance: random.Random, session: Session) -> dict[str, Any]:
    name, *more = chance.choice(
        [
            ["runAndExplain"],
            ["explainTarget", 1],
            ["cancel"],
            ["clear"],
            ["chooseMethod", "grad_dot_input"],
            ["restartEngine"],
        ]
    )
    return {"command": f"promptSalience.{name}", "arguments": [session.uri, *more]}
