"""Jobs: one at a time, each told of once, and none that was called off says what it found."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from prompt_salience.engine_client.cancellation import Cancellation
from prompt_salience.engine_client.protocol import Progress
from prompt_salience.language_server import jobs as jobs_module
from prompt_salience.language_server.jobs import Job, Jobs
from prompt_salience.language_server.progress import Report


@dataclass
class FakeDisplay:
    """What a user would see of one job."""

    token: str
    seen: list[str] = field(default_factory=list)
    cancel: Callable[[], None] | None = None

    async def begin(self, title: str, cancel: Callable[[], None]) -> None:
        await asyncio.sleep(0)
        self.cancel = cancel
        self.seen.append(title)

    def report(self, report: Report) -> None:
        self.seen.append(report.text)

    def end(self, text: str) -> None:
        self.seen.append(text)


class Bench:
    """Jobs, their displays, and what came of them."""

    def __init__(self) -> None:
        self.displays: list[FakeDisplay] = []
        self.jobs = Jobs(self._display)
        self.happened: list[Any] = []

    def _display(self, token: str) -> FakeDisplay:
        self.displays.append(FakeDisplay(token))
        return self.displays[-1]

    def start(self, subject: str, work: Callable[[Cancellation, Progress], Any], *, asked: bool = True) -> Job:
        return self.jobs.start(
            subject,
            f"work on {subject}",
            work,
            done=self.happened.append,
            failed=lambda error: self.happened.append(str(error)),
            over=lambda: self.happened.append("over"),
            asked=asked,
        )

    async def idle(self) -> None:
        while list(self.jobs):
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.01)


def waiting_for(event: Event) -> Callable[[Cancellation, Progress], str]:
    """Work that lasts until an event happens, or it is called off."""

    def work(cancellation: Cancellation, progress: Progress) -> str:
        progress("generating", 0, 10)
        cancellation.listen(event.set)
        assert event.wait(5)
        cancellation.raise_if_asked()
        return "found"

    return work


async def test_what_is_found_is_handed_over_before_the_job_is_over():
    bench = Bench()
    bench.start("menu", lambda _cancellation, _progress: "found")
    await bench.idle()
    assert bench.happened == ["found", "over"]
    assert bench.displays[0].seen[0] == "work on menu"
    assert bench.displays[0].seen[-1] == "Done"


async def test_what_goes_wrong_is_told_once():
    bench = Bench()

    def work(_cancellation: Cancellation, _progress: Progress) -> None:
        message = "no memory"
        raise RuntimeError(message)

    bench.start("menu", work)
    await bench.idle()
    assert bench.happened == ["no memory", "over"]
    assert bench.displays[0].seen[-1] == "Failed"


async def test_a_newer_job_takes_the_place_of_an_older_one():
    bench, event = Bench(), Event()
    older = bench.start("menu", waiting_for(event))
    await asyncio.sleep(0.02)
    newer = bench.start("menu", lambda _cancellation, _progress: "newer")
    assert bench.jobs.of("menu") is newer
    assert older.id != newer.id
    await bench.idle()
    assert bench.happened == ["over", "newer", "over"]
    assert [display.seen[-1] for display in bench.displays] == ["Cancelled", "Done"]


async def test_jobs_of_several_files_take_turns():
    bench, first, second = Bench(), Event(), Event()
    running: list[str] = []

    def noted(name: str, event: Event) -> Callable[[Cancellation, Progress], str]:
        def work(cancellation: Cancellation, progress: Progress) -> str:
            running.append(name)
            return waiting_for(event)(cancellation, progress) + f" by {name}"

        return work

    bench.start("one", noted("one", first))
    bench.start("two", noted("two", second))
    await asyncio.sleep(0.05)
    assert running == ["one"]
    assert "waiting" in bench.displays[1].seen
    first.set()
    await asyncio.sleep(0.05)
    assert running == ["one", "two"]
    second.set()
    await bench.idle()
    assert bench.happened == ["found by one", "over", "found by two", "over"]


async def test_a_job_that_waits_for_its_turn_never_begins_when_it_is_called_off():
    bench, event = Bench(), Event()
    bench.start("one", waiting_for(event))
    await asyncio.sleep(0.02)
    bench.start("two", lambda _cancellation, _progress: bench.happened.append("began"))
    await asyncio.sleep(0.02)
    assert bench.jobs.cancel("two")
    assert not bench.jobs.cancel("two")
    event.set()
    await bench.idle()
    assert bench.happened == ["over", "found", "over"]


async def test_the_user_calls_off_what_is_shown():
    bench, event = Bench(), Event()
    bench.start("menu", waiting_for(event))
    await asyncio.sleep(0.02)
    cancel = bench.displays[0].cancel
    assert cancel
    cancel()
    cancel()
    await bench.idle()
    assert bench.happened == ["over"]
    assert bench.displays[0].seen[-1] == "Cancelled"
    assert bench.displays[0].seen.count("Cancelled") == 1


async def test_a_job_that_is_called_off_before_it_began_is_over_all_the_same():
    bench = Bench()
    bench.start("menu", lambda _cancellation, _progress: bench.happened.append("began"))
    bench.jobs.cancel_all()
    await bench.idle()
    await asyncio.sleep(0.02)
    assert bench.happened == ["over"]


async def test_what_nobody_asked_for_is_shown_only_when_it_takes_long(monkeypatch):
    monkeypatch.setattr(jobs_module, "PATIENCE", 0.05)
    bench, event = Bench(), Event()
    bench.start("short", lambda _cancellation, _progress: "found", asked=False)
    await bench.idle()
    bench.start("long", waiting_for(event), asked=False)
    await asyncio.sleep(0.02)
    assert not bench.displays[1].seen
    await asyncio.sleep(0.1)
    event.set()
    await bench.idle()
    assert not bench.displays[0].seen
    assert bench.displays[1].seen == ["work on long", "generating, token 1 of 10", "Done"]
