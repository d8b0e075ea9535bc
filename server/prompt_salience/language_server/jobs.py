"""Jobs: work for the engine that was asked for, one at a time, each of which can be called off.

Decisions:
- A newer job for a prompt file takes the place of an older one: nobody waits for the answer to an old question.
- The engine does one thing at a time, so the jobs take turns in the order in which they were asked for.
- A job that was asked for shows its progress at once; one that nobody asked for only if it takes longer than
  ``PATIENCE`` seconds.
- What a job finds is handed over on the event loop, and only if it was not called off.
- Every job comes to its end, even one that is called off before it began; and every progress that was begun, or that
  the client was asked to make room for, is ended.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from prompt_salience.engine_client.cancellation import Cancellation, Cancelled
from prompt_salience.engine_client.protocol import Progress
from prompt_salience.language_server.progress import Report, Reporter
from prompt_salience.language_server.threads import in_thread

PATIENCE = 0.5
_log = logging.getLogger(__name__)

Work = Callable[[Cancellation, Progress], Any]
"""What a job does, in a thread of its own; raises ``Cancelled`` when it is called off."""


class Shown(Protocol):
    """A display of one job's progress."""

    async def begin(self, title: str, cancel: Callable[[], None]) -> None:
        """Show the job, and how to call it off."""
        ...

    def report(self, report: Report) -> None:
        """Show how far it is."""
        ...

    def end(self, text: str) -> None:
        """Take it away."""
        ...


@dataclass(eq=False)
class Job:
    """One piece of work.

    Attributes:
        id: what it is called; also the token of its progress.
        subject: the URI of the prompt file it is for.
        title: what it does, in words.
        work: the work itself.
        done: called with the work's result.
        failed: called with what the work raised.
        over: called at the end, however it ended.
        asked: whether somebody asked for it, or it began by itself.
        performing: the task that sees it to its end; never cancelled.
        result: the task that waits for what the work returns.
    """

    id: str
    subject: str
    title: str
    work: Work
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]
    over: Callable[[], None]
    asked: bool
    cancellation: Cancellation = field(default_factory=Cancellation)
    performing: asyncio.Task[None] | None = None
    result: asyncio.Task[Any] | None = None

    def cancel(self) -> None:
        """Call it off."""
        self.cancellation.cancel()
        if self.result:
            self.result.cancel()


class Jobs:
    """Jobs that take turns; lives on the event loop. Their ids begin with ``name``."""

    def __init__(self, show: Callable[[str], Shown], name: str = "prompt-salience") -> None:
        self._show = show
        self._name = name
        self._turn = asyncio.Lock()
        self._current: dict[str, Job] = {}
        self._numbers = itertools.count(1)

    def __iter__(self) -> Iterator[Job]:
        return iter(list(self._current.values()))

    def start(
        self,
        subject: str,
        title: str,
        work: Work,
        *,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
        over: Callable[[], None],
        asked: bool = True,
    ) -> Job:
        """Begin a job, in place of the one that was there for the same subject."""
        self.cancel(subject)
        job = Job(f"{self._name}/{next(self._numbers)}", subject, title, work, done, failed, over, asked)
        self._current[subject] = job
        job.performing = asyncio.create_task(self._perform(job), name=job.id)
        return job

    def of(self, subject: str) -> Job | None:
        """The job for a prompt file, if there is one."""
        return self._current.get(subject)

    def cancel(self, subject: str) -> bool:
        """Call off the job for a prompt file; whether there was one."""
        job = self._current.pop(subject, None)
        if job:
            job.cancel()
        return job is not None

    def cancel_all(self) -> None:
        """Call off everything."""
        for subject in list(self._current):
            self.cancel(subject)

    async def _perform(self, job: Job) -> None:
        shown = _Display(self._show(job.id), job)
        ending = "Cancelled"
        try:
            job.cancellation.raise_if_asked()
            job.result = asyncio.create_task(self._result(job, shown), name=f"result of {job.id}")
            result = await job.result
            ending = "Done"
            job.done(result)
        except (Cancelled, asyncio.CancelledError):
            job.cancellation.cancel()
        except Exception as error:  # noqa: BLE001 - whoever began the job tells the user.
            ending = "Failed"
            job.failed(error)
        finally:
            shown.end(ending)
            if self._current.get(job.subject) is job:
                del self._current[job.subject]
            job.over()

    async def _result(self, job: Job, shown: _Display) -> Any:
        loop = asyncio.get_running_loop()

        def tell(report: Report) -> None:
            loop.call_soon_threadsafe(shown.report, report)

        reporter = Reporter(tell)
        if self._turn.locked():
            reporter("waiting", 0, 0)
        async with self._turn:
            job.cancellation.raise_if_asked()
            return await in_thread(partial(job.work, job.cancellation, reporter), job.id)


class _Display:
    """The display of one job: shown at once, or when it takes long."""

    def __init__(self, shown: Shown, job: Job) -> None:
        self._shown = shown
        self._job = job
        self._last = Report(0, "")
        self._asked_for = self._begun = False
        self._ending = ""
        self._task = asyncio.create_task(self._begin(0.0 if job.asked else PATIENCE))

    async def _begin(self, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        self._asked_for = True
        await self._shown.begin(self._job.title, self._job.cancel)
        self._begun = True
        if self._last.text:
            self._shown.report(self._last)
        if self._ending:
            self._shown.end(self._ending)

    def report(self, report: Report) -> None:
        self._last = report
        if self._begun:
            self._shown.report(report)

    def end(self, text: str) -> None:
        if self._begun:
            self._begun = False
            self._shown.end(text)
        elif self._asked_for or self._job.asked:
            self._ending = text
        else:
            self._task.cancel()
