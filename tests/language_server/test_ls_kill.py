"""An engine that dies or misbehaves in any state: nothing is lost, the server answers, and people are told once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ls_session import SOON, Begin, beginning, eventually


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Starts sessions; each must be well, and leave nothing in the end."""
    yield from beginning(tmp_path)


@pytest.mark.parametrize(
    ("state", "engine"),
    [
        ("starting", []),
        ("loading", ["--seconds-to-load", 0.5]),
        ("generating", ["--seconds-per-token", 0.05]),
        ("explaining", ["--seconds-per-layer", 0.1]),
    ],
)
def test_a_job_survives_the_death_of_its_engine(begin: Begin, state: str, engine: list[Any]):
    session = begin(*engine)
    job = session.run()
    session.until(state)
    session.kill_engine()
    session.assert_well()
    assert session.ended(job) == "Done"
    assert session.tinted()
    assert len(session.client.engines) == 2
    assert not session.client.popups


def test_the_death_of_an_idle_engine_is_not_even_noticed(begin: Begin):
    session = begin()
    assert session.ended(session.run()) == "Done"
    eventually(lambda: session.client.engine_states[-1] == "ready")
    session.kill_engine()
    session.assert_well()
    assert session.tinted()
    assert session.ended(session.run()) == "Done"
    assert not session.client.popups


@pytest.mark.parametrize("state", ["loading", "generating", "explaining"])
def test_a_job_that_kills_its_engine_twice_fails_with_one_message(begin: Begin, state: str):
    session = begin("--die-when", state)
    assert session.ended(session.run()) == "Failed"
    eventually(lambda: bool(session.client.popups))
    assert len(session.client.popups) == 1
    assert "died of this request twice" in session.client.popups[0]
    offers = [one["params"] for one in session.client.questions if one["method"] == "window/showMessageRequest"]
    assert [[action["title"] for action in offer["actions"]] for offer in offers] == [["Try again"]]


def test_what_a_message_offers_is_done(begin: Begin, tmp_path: Path):
    session = begin("--die-when", "explaining", "--times", 2, "--count-in", tmp_path / "deaths")
    session.client.choice = "Try again"
    assert session.ended(session.run()) == "Failed"
    eventually(session.tinted)
    assert len(session.client.popups) == 1


def test_what_is_tried_again_is_the_prompt_as_it_is_by_then(begin: Begin, tmp_path: Path):
    dying = ("--die-when", "explaining", "--times", 2, "--count-in", tmp_path / "deaths")
    session = begin(*dying, "--seconds-per-layer", 0.1, live="off")
    session.client.choice = "Try again"
    job = session.run()
    session.change(session.text.replace("dishes", "soups"))
    assert session.ended(job) == "Failed"
    eventually(session.tinted)


def test_an_engine_that_dies_again_and_again_is_given_up_with_one_message_and_a_way_out(begin: Begin, tmp_path: Path):
    session = begin("--die-when", "always", "--times", 6, "--count-in", tmp_path / "deaths")
    session.client.choice = "Restart engine"
    job = session.run()
    while not session.client.endings(job):
        session.assert_well()
    assert session.ended(job) == "Failed"
    session.until("ready")
    assert len(session.client.popups) == 1
    assert "died 6 times" in session.client.popups[0]
    assert session.ended(session.run()) == "Done"
    assert session.tinted()
    assert len(session.client.popups) == 1


@pytest.mark.parametrize("engine", [["--flood-stderr"], ["--garbage-on-stdout"], ["--late", 0.1]])
def test_an_engine_that_is_noisy_or_slow_is_put_up_with(begin: Begin, engine: list[Any]):
    session = begin(*engine)
    job = session.run()
    while not session.client.endings(job):
        session.assert_well()
    assert session.ended(job) == "Done"
    assert session.tinted()
    assert not session.client.popups
    assert len(session.client.engines) == 1


def test_an_engine_that_talks_nonsense_is_given_up_with_one_message(begin: Begin):
    session = begin("--broken-message")
    assert session.ended(session.run()) == "Failed"
    eventually(lambda: bool(session.client.popups))
    assert len(session.client.popups) == 1


@pytest.mark.parametrize("engine", [["--never-answer"], ["--hang-when", "explaining"], ["--hang-when", "loading"]])
def test_a_job_of_an_engine_that_hangs_can_be_called_off(begin: Begin, engine: list[Any]):
    session = begin(*engine)
    job = session.run()
    session.until("starting" if "--never-answer" in engine else engine[-1])
    session.assert_well()
    start = time.monotonic()
    assert session.client.command("cancel", session.uri) is True
    assert session.ended(job) == "Cancelled"
    assert time.monotonic() - start < SOON
    assert session.idle()


def test_an_engine_that_hangs_can_be_restarted(begin: Begin, tmp_path: Path):
    session = begin("--hang-when", "generating", "--times", 1, "--count-in", tmp_path / "hangs")
    job = session.run()
    eventually((tmp_path / "hangs").is_file)
    session.client.command("restartEngine")
    assert session.ended(job) == "Cancelled"
    assert session.ended(session.run()) == "Done"
    assert not session.client.popups


def test_who_asks_an_engine_that_was_given_up_is_told_again_with_the_way_out(begin: Begin, tmp_path: Path):
    session = begin("--die-when", "always", "--times", 6, "--count-in", tmp_path / "deaths")
    assert session.ended(session.run()) == "Failed"
    eventually(lambda: len(session.client.popups) == 1)
    session.client.choice = "Restart engine"
    assert session.ended(session.run()) == "Failed"
    eventually(lambda: len(session.client.popups) == 2)
    session.until("ready")
    assert session.ended(session.run()) == "Done"
