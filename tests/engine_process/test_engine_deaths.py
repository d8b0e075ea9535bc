"""Kill tests: the engine dies at the worst moments, and what was asked for is answered all the same."""

from __future__ import annotations

import os
import signal
import sys
import time

import pytest
from watched import QUICK, eventually

from prompt_salience.engine_client.cancellation import Cancellation, Cancelled
from prompt_salience.engine_client.death import EngineDiedError
from prompt_salience.engine_client.protocol import ExplainRequest, SamplingSettings
from prompt_salience.engine_client.restart_policy import RestartPolicy
from prompt_salience.engine_client.status import EngineState
from prompt_salience.engine_client.supervision import Limits
from scripted_engine import ScriptedEngine

REQUEST = ExplainRequest((2, 3, 4), ((1, 2),))
RESPONSE = ScriptedEngine().response


def run(engine) -> str:
    """Everything once: load, tokenise, generate, explain."""
    there = engine.load()
    ids = [token.id for token in there.tokenize("Eggs?", start=True)]
    texts = [completion.text for completion in there.generate(ids, SamplingSettings())]
    assert texts == sorted(set(texts), key=len), "no text is handed out twice"
    assert there.explain(REQUEST).scores.shape == (1, 3)
    return texts[-1]


@pytest.mark.parametrize("state", ["loading", "tokenizing", "generating", "explaining"])
def test_a_death_in_any_state_is_made_good(supervised, tmp_path, state):
    engine = supervised("--die-when", state, "--times", 1, "--count-in", tmp_path / "deaths")
    assert run(engine) == RESPONSE
    assert engine.supervisor.status.restarts == 1
    assert len(engine.pids) == 2
    assert any("was killed (SIGKILL), probably because the computer ran out of memory" in line for line in engine.log)


def test_a_death_while_nothing_is_done_is_made_good(supervised, kill):
    engine = supervised()
    there = engine.load()
    first = engine.pid
    kill(first)
    eventually(lambda: engine.supervisor.status.state is EngineState.READY and engine.pid != first)
    assert engine.supervisor.status.model == ""
    assert len(there.tokenize("Eggs?", start=True)) == 3
    assert engine.supervisor.status.model == "judge"


def test_a_process_that_is_killed_while_it_starts(supervised, kill):
    engine = supervised()
    engine.supervisor.start()
    eventually(lambda: engine.pids)
    kill(engine.pid)
    assert run(engine) == RESPONSE


@pytest.mark.parametrize("state", ["loading", "tokenizing", "generating", "explaining"])
def test_a_request_that_kills_twice_is_not_sent_a_third_time(supervised, state):
    engine = supervised("--die-when", state)
    with pytest.raises(EngineDiedError, match=r"died of this request twice: the last time it was killed \(SIGKILL\)"):
        run(engine)
    assert engine.supervisor.status.restarts <= 2


def test_an_exit_code_is_named(supervised):
    engine = supervised("--die-when", "loading", "--exit-code", 7, "--say", "libsomething: cannot go on")
    with pytest.raises(EngineDiedError, match=r"ended by itself \(exit code 7\)"):
        engine.load()
    assert "libsomething: cannot go on" in engine.log


def test_those_who_only_waited_are_not_to_blame(supervised, tmp_path):
    engine = supervised("--die-when", "explaining", "--times", 2, "--count-in", tmp_path / "deaths",
                        "--seconds-per-layer", 0.05)  # fmt: skip
    there = engine.load()
    killer = engine.in_a_thread(there.explain, REQUEST)
    eventually(lambda: EngineState.EXPLAINING in engine.states)
    innocent = [engine.in_a_thread(there.tokenize, "Eggs?", start=True) for _ in range(3)]
    with pytest.raises(EngineDiedError):
        killer.result(10)
    assert [len(future.result(10)) for future in innocent] == [3, 3, 3]


def test_a_storm_of_deaths_ends_with_one_message_and_goes_on_when_asked(supervised, tmp_path):
    engine = supervised("--die-when", "always", "--times", 7, "--count-in", tmp_path / "deaths")
    with pytest.raises(EngineDiedError, match="died 6 times in a row") as raised:
        engine.load()
    status = engine.supervisor.status
    assert (status.state, status.message, status.pid, status.restarts) == (
        EngineState.FAILED,
        str(raised.value),
        None,
        5,
    )
    assert engine.states.count(EngineState.FAILED) == 1
    assert len(engine.pids) == 6
    with pytest.raises(EngineDiedError, match="died 6 times in a row"):
        engine.load()
    assert len(engine.pids) == 6, "asking is not enough to start it again"
    engine.supervisor.restart()
    assert run(engine) == RESPONSE
    assert engine.supervisor.status.restarts == 1


def test_pauses_grow_and_a_cancelled_call_does_not_wait_for_them(supervised):
    engine = supervised("--die-when", "always", policy=RestartPolicy(backoff=(0.0, 60.0)))
    cancellation = Cancellation()
    call = engine.in_a_thread(engine.load, cancellation)
    eventually(lambda: engine.supervisor.status.restarts == 2)
    began = time.monotonic()
    cancellation.cancel()
    with pytest.raises(Cancelled):
        call.result(1)
    assert time.monotonic() - began < 0.2


def test_a_restart_repeats_what_is_running(supervised):
    engine = supervised("--seconds-per-layer", 0.1)
    there = engine.load()
    first = engine.pid
    call = engine.in_a_thread(there.explain, REQUEST)
    engine.wait_for(EngineState.EXPLAINING)
    engine.supervisor.restart()
    assert call.result(5).scores.shape == (1, 3)
    assert engine.pid != first
    assert engine.supervisor.status.restarts == 0, "nothing has died by itself"


def test_a_restart_before_the_first_start_is_a_start(supervised):
    engine = supervised()
    engine.supervisor.restart()
    assert run(engine) == RESPONSE


def test_an_engine_that_cannot_be_run(supervised, tmp_path):
    engine = supervised(command=(str(tmp_path / "no-such-program"),))
    with pytest.raises(EngineDiedError, match="The engine cannot be started"):
        engine.load()
    assert engine.supervisor.status.state is EngineState.FAILED


def test_an_engine_of_another_version(supervised):
    engine = supervised("--version", 99)
    with pytest.raises(EngineDiedError, match="version 99 of the engine protocol, and this program version 1"):
        engine.load()
    assert len(engine.pids) == 1


def test_an_engine_that_never_answers(supervised):
    engine = supervised(
        "--never-answer", policy=RestartPolicy(limit=1, backoff=QUICK.backoff), limits=Limits(start=0.6)
    )
    with pytest.raises(EngineDiedError, match=r"did not answer within 0\.6 s of its start, and was ended"):
        engine.load()


def test_an_engine_that_answers_late_is_waited_for(supervised):
    engine = supervised("--late", 0.02)
    assert run(engine) == RESPONSE
    assert engine.supervisor.status.restarts == 0


def test_an_engine_that_floods_standard_error(supervised):
    engine = supervised("--flood-stderr")
    assert run(engine) == RESPONSE
    time.sleep(1.0)
    assert len(engine.log) < 1200
    began = time.monotonic()
    engine.load().tokenize("Eggs?", start=True)
    assert time.monotonic() - began < 1.0
    assert any("more lines were left out" in line for line in engine.log)


def test_an_engine_that_writes_garbage_to_the_link(supervised):
    engine = supervised("--garbage-on-stdout")
    assert run(engine) == RESPONSE
    assert engine.supervisor.status.restarts == 0
    assert any("no newline here" in line for line in engine.log)


def test_a_message_that_cannot_be_read_costs_the_process(supervised):
    engine = supervised("--broken-message")
    with pytest.raises(EngineDiedError, match="sent a message that cannot be read"):
        run(engine)


def test_a_process_that_closes_its_link_and_goes_on_is_ended(supervised):
    script = "import os, time; os.close(1); time.sleep(60)"
    engine = supervised(command=(sys.executable, "-c", script), policy=RestartPolicy(limit=0))
    with pytest.raises(EngineDiedError, match="closed its link, and was ended"):
        engine.load()


def test_a_frozen_process_is_killed_when_nobody_waits_for_it_any_more(supervised):
    engine = supervised(limits=Limits(cancel=0.3))
    cancellation = Cancellation()
    there = engine.load(cancellation)
    first = engine.pid
    os.kill(first, signal.SIGSTOP)
    call = engine.in_a_thread(there.explain, REQUEST)
    time.sleep(0.05)
    cancellation.cancel()
    with pytest.raises(Cancelled):
        call.result(1)
    assert run(engine) == RESPONSE
    assert engine.pid != first
    assert any("did not stop within 0.3 s of being asked to" in line for line in engine.log)
