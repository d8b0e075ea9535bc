"""The engine's queue: in order, and a cancelled job either never has its turn or is told."""

from __future__ import annotations

from prompt_salience.engine.jobs import Job, Jobs
from prompt_salience.engine_client.wire import Asked, Load, ModelAddress


def job(number: int) -> Job:
    return Job(Asked(number, Load(ModelAddress("judge", "/models"))))


def test_jobs_have_their_turn_in_order():
    jobs = Jobs()
    for number in (3, 1, 2):
        jobs.add(job(number))
    assert [jobs.next().id for _ in range(3)] == [3, 1, 2]


def test_a_waiting_job_that_is_cancelled_never_has_its_turn():
    jobs = Jobs()
    for number in (1, 2, 3):
        jobs.add(job(number))
    assert jobs.cancel(2)
    assert [jobs.next().id for _ in range(2)] == [1, 3]


def test_a_job_that_has_its_turn_is_told():
    jobs = Jobs()
    jobs.add(job(1))
    current = jobs.next()
    assert not jobs.cancel(9)
    assert not current.cancellation.asked
    assert not jobs.cancel(1)
    assert current.cancellation.asked
