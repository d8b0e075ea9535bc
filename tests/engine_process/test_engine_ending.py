"""Ending: in time, whatever is going on, and with nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from watched import MODEL, eventually, is_running

from prompt_salience.engine_client.cancellation import NEVER
from prompt_salience.engine_client.death import EngineDiedError
from prompt_salience.engine_client.protocol import ExplainRequest
from prompt_salience.engine_client.status import EngineState
from scripted_engine_process import scripted_command

SLOW = ("--seconds-per-layer", 60)
REQUEST = ExplainRequest((2, 3, 4), ((1, 2),))


def stopped_within(engine, seconds: float) -> None:
    pids = engine.pids
    began = time.monotonic()
    engine.supervisor.stop(0.5)
    assert time.monotonic() - began < seconds
    assert not [pid for pid in pids if is_running(pid)]
    assert engine.supervisor.status.state is EngineState.STOPPED


def test_stopping_what_was_never_started(supervised):
    engine = supervised()
    engine.supervisor.stop()
    with pytest.raises(EngineDiedError, match="was stopped"):
        engine.load()
    assert engine.states == []


def test_stopping_an_idle_engine(supervised):
    engine = supervised()
    engine.load()
    stopped_within(engine, 0.45)
    assert engine.states[-1] is EngineState.STOPPED
    engine.supervisor.stop()
    assert engine.states.count(EngineState.STOPPED) == 1


def test_stopping_while_it_starts(supervised):
    engine = supervised()
    call = engine.in_a_thread(engine.load)
    eventually(lambda: engine.pids)
    stopped_within(engine, 0.7)
    with pytest.raises(EngineDiedError, match="was stopped"):
        call.result(1)


@pytest.mark.parametrize("how", [("--seconds-per-layer", 5), ("--hang-when", "explaining")])
def test_stopping_during_work(supervised, how):
    engine = supervised(*how)
    there = engine.load()
    call = engine.in_a_thread(there.explain, REQUEST)
    engine.wait_for(EngineState.EXPLAINING)
    stopped_within(engine, 0.45)
    with pytest.raises(EngineDiedError, match="was stopped"):
        call.result(1)


@pytest.mark.parametrize("signal_number", [None, signal.SIGSTOP])
def test_stopping_what_reacts_to_nothing(supervised, signal_number):
    engine = supervised("--stubborn")
    engine.load()
    if signal_number:
        os.kill(engine.pid, signal_number)
    stopped_within(engine, 0.7)


def test_an_interrupt_in_the_terminal_does_not_end_the_engine(supervised):
    engine = supervised()
    there = engine.load()
    os.kill(engine.pid, signal.SIGINT)
    assert len(there.tokenize("Eggs?", start=True)) == 3
    assert len(engine.pids) == 1


PARENT = """\
import sys, threading, time
from prompt_salience.engine_client.cancellation import NEVER
from prompt_salience.engine_client.models import AvailableModel, Where
from prompt_salience.engine_client.protocol import ExplainRequest
from prompt_salience.engine_client.supervision import Supervisor
from pathlib import Path
supervisor = Supervisor(sys.argv[1:], on_status=lambda status: print(status.pid, flush=True), on_log=lambda line: None)
engine = supervisor.load(AvailableModel("judge", Path("/models"), Where.FOLDER), None, NEVER)
print("loaded", flush=True)
engine.explain(ExplainRequest((2, 3, 4), ((1, 2),)))
"""


@pytest.mark.parametrize("how", [SLOW, ("--hang-when", "explaining"), ("--flood-stderr", *SLOW)])
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_an_engine_does_not_outlive_its_client(how, end):
    command = [sys.executable, "-c", PARENT, *scripted_command(*how, "--layers", 1)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
        while parent.stdout.readline() != "loaded\n":
            pass
        time.sleep(0.1)
        assert is_running(pid)
        parent.send_signal(end)
        parent.wait(2)
        eventually(lambda: not is_running(pid), within=1.0)


def test_a_client_that_just_ends_leaves_no_engine():
    script = PARENT.rpartition("engine.explain")[0]
    command = [sys.executable, "-c", script, *scripted_command()]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
    pid = int(shown.stdout.split()[0])
    eventually(lambda: not is_running(pid), within=1.0)


def test_the_client_imports_neither_keras_nor_jax_nor_pygls():
    script = PARENT.rpartition("engine.explain")[0] + (
        "found = {'keras', 'keras_nlp', 'jax', 'pygls', 'lsprotocol', 'tensorflow'} & set(sys.modules)\n"
        "sys.exit(str(found) if found else 0)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, *scripted_command()], check=False, capture_output=True, timeout=10
    )
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_no_file_descriptor_and_no_thread_is_left(supervised):
    def left() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = left()
    engine = supervised()
    for _ in range(3):
        engine.supervisor.restart()
        engine.load(NEVER, MODEL)
    engine.supervisor.stop(2.0)
    eventually(lambda: left() <= before)
