"""Cancelling: whoever waits is free at once, and the engine is at its next step."""

from __future__ import annotations

import time

import pytest
from watched import eventually

from prompt_salience.engine_client.cancellation import NEVER, Cancellation, Cancelled
from prompt_salience.engine_client.protocol import ExplainRequest, SamplingSettings
from prompt_salience.engine_client.status import EngineState
from prompt_salience.engine_client.supervision import Limits

REQUEST = ExplainRequest((2, 3, 4), ((1, 2),))
AT_ONCE = 0.1


def all_of(engine, *arguments) -> list:
    return list(engine.generate(*arguments))


def cancel_in(engine, state: EngineState, cancellation: Cancellation, call) -> None:
    """Cancel a call in a state; the call must end at once."""
    engine.wait_for(state)
    began = time.monotonic()
    cancellation.cancel()
    with pytest.raises(Cancelled):
        call.result(1)
    assert time.monotonic() - began < AT_ONCE


@pytest.mark.parametrize(
    ("slow", "state"),
    [
        (("--seconds-to-load", 8, "--layers", 40), EngineState.LOADING),
        (("--seconds-per-token", 0.2), EngineState.GENERATING),
        (("--seconds-per-layer", 0.2), EngineState.EXPLAINING),
    ],
)
def test_in_each_state_the_caller_is_free_at_once_and_the_engine_soon(supervised, slow, state):
    engine = supervised(*slow)
    cancellation = Cancellation()

    def work() -> None:
        there = engine.load(cancellation)
        all_of(there, [2, 3], SamplingSettings())
        there.explain(REQUEST)

    call = engine.in_a_thread(work)
    cancel_in(engine, state, cancellation, call)
    began = time.monotonic()
    engine.wait_for(EngineState.READY)
    assert time.monotonic() - began < 0.4
    assert (engine.supervisor.status.restarts, len(engine.pids)) == (0, 1)


def test_what_was_cancelled_before_is_not_even_sent(supervised):
    engine = supervised()
    cancellation = Cancellation()
    there = engine.load(cancellation)
    cancellation.cancel()
    with pytest.raises(Cancelled):
        there.explain(REQUEST)
    assert EngineState.EXPLAINING not in engine.states


@pytest.mark.parametrize("state", ["loading", "generating", "explaining"])
def test_a_step_that_never_ends_costs_the_process_and_not_the_next_call(supervised, tmp_path, state):
    counted = ("--times", 1, "--count-in", tmp_path / "hangs")
    engine = supervised("--hang-when", state, *counted, limits=Limits(cancel=0.3))
    cancellation = Cancellation()

    def work(asked: Cancellation) -> int:
        there = engine.load(asked)
        all_of(there, [2, 3], SamplingSettings())
        return there.explain(REQUEST).scores.size

    call = engine.in_a_thread(work, cancellation)
    eventually((tmp_path / "hangs").exists)
    cancel_in(engine, EngineState(state), cancellation, call)
    assert engine.in_a_thread(work, NEVER).result(5) == 3
    assert len(engine.pids) == 2


def test_a_request_that_waits_is_cancelled_without_harm_to_the_one_that_runs(supervised):
    engine = supervised("--seconds-per-layer", 0.15, limits=Limits(cancel=0.2))
    there = engine.load()
    cancellation = Cancellation()
    waiting = engine.load(cancellation)
    running = engine.in_a_thread(there.explain, REQUEST)
    engine.wait_for(EngineState.EXPLAINING)
    call = engine.in_a_thread(waiting.explain, REQUEST)
    time.sleep(0.05)
    cancellation.cancel()
    with pytest.raises(Cancelled):
        call.result(AT_ONCE)
    assert running.result(5).scores.size == 3
    assert len(engine.pids) == 1


def test_closing_the_iterator_stops_the_engine(supervised):
    engine = supervised("--seconds-per-token", 0.05)
    response = engine.load().generate([2, 3], SamplingSettings())
    next(response)
    response.close()
    began = time.monotonic()
    engine.wait_for(EngineState.READY)
    assert time.monotonic() - began < 0.3


def test_a_progress_report_that_raises_stops_the_engine(supervised):
    engine = supervised("--seconds-per-layer", 0.05)

    def report(*_step: object) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        engine.load().explain(REQUEST, report)
    engine.wait_for(EngineState.READY)


def test_hundreds_of_cancelled_requests_leave_nothing_behind(supervised):
    engine = supervised("--seconds-per-layer", 0.002)
    there = engine.load()
    for _ in range(200):
        cancellation = Cancellation()
        call = engine.in_a_thread(engine.load(cancellation).explain, REQUEST)
        cancellation.cancel()
        assert isinstance(call.exception(1), Cancelled | None)
        assert not cancellation._listeners
    assert there.explain(REQUEST).scores.size == 3
    connection = engine.supervisor._process.connection
    eventually(lambda: not connection._calls and not connection._abandoned)
