"""The command line as a process of its own: start-up, closed pipes, exit codes."""

from __future__ import annotations

import json
import os
import resource
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "import sys; from prompt_salience.cli.main import main; sys.exit(main())"]
HEAVY = ["numpy", "rich", "jinja2", "yaml", "regex", "keras", "jax", "tensorflow"]


def run(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], check=False, capture_output=True, text=True, timeout=120, **options)


def in_a_shell(line: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", line], check=False, capture_output=True, text=True, timeout=120, **options)


@pytest.mark.parametrize("arguments", [["--help"], ["explain", "--help"], ["--version"]])
def test_help_is_quick(arguments):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert run(*arguments).returncode == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent < 0.6, f"{spent:.2f} s of processor time"


def test_help_imports_nothing_heavy():
    script = (
        "import sys, json\nfrom prompt_salience.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print('\\n' + json.dumps([name for name in {HEAVY} if name in sys.modules]))"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
    assert json.loads(shown.stdout.splitlines()[-1]) == []


def test_no_command_is_a_usage_error():
    assert run().returncode == 2


@pytest.mark.parametrize("address", ["here", "localhost", "0.0.0.0:4000", "example.org:4000", "127.0.0.1:99999"])
def test_a_server_listens_on_this_machine_only(address: str):
    refused = run("server", "--tcp", address)
    assert (refused.returncode, "--tcp" in refused.stderr) == (2, True)


def test_the_input_at_fault_is_exit_code_1(tmp_path):
    ended = run("render", "nothing.txt", cwd=tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "nothing.txt: No such file or directory\n")


def test_a_model_that_is_not_there_is_exit_code_3(tmp_path):
    ended = run("explain", "-", "--model", str(tmp_path), input="Hello")
    assert (ended.returncode, ended.stdout) == (3, "")
    assert ended.stderr.startswith(f"prompt-salience: error: {tmp_path}: there is no config.json in it.")


def test_a_closed_pipe_is_quiet(tmp_path: Path):
    (tmp_path / "long.txt").write_text("A line of some length.\n" * 50_000)
    script = f"{sys.executable} -c 'import sys; from prompt_salience.cli.main import main; sys.exit(main())'"
    pipeline = f"{script} render long.txt | true; echo ${{PIPESTATUS[0]}}"
    ended = in_a_shell(pipeline, cwd=tmp_path)
    assert ended.stdout == "141\n"
    assert ended.stderr == ""


SCRIPTED = """\
import sys
from prompt_salience.cli.main import main
from prompt_salience.cli.session import Session
from scripted_engine import ScriptedEngine
streams = sys.stdin.buffer, sys.stdout, sys.stderr
sys.exit(main(sys.argv[1:], Session(*streams, lambda *_: ScriptedEngine())))
"""


def test_a_picture_into_a_closed_pipe_is_quiet(tmp_path: Path):
    (tmp_path / "scripted.py").write_text(SCRIPTED)
    (tmp_path / "long.txt").write_text("A line of some length.\n" * 500)
    pipeline = f"{sys.executable} scripted.py explain long.txt | true; echo ${{PIPESTATUS[0]}}"
    ended = in_a_shell(pipeline, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])})
    assert (ended.stdout, ended.stderr) == ("141\n", "")


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("models >&-", "prompt-salience: error: standard output: not writable\n"),
        ("render - <&-", "<stdin>: File not open for reading\n"),
        ("render short.txt > /dev/full", "prompt-salience: error: standard output: No space left on device\n"),
        ("render nothing.txt 2>&-", ""),
    ],
)
def test_a_stream_that_cannot_be_used_is_told_in_a_line(tmp_path: Path, command: str, message: str):
    (tmp_path / "short.txt").write_text("Hello")
    ended = in_a_shell(f"{shlex.join(COMMAND)} {command}", cwd=tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", message)


def test_an_interrupt_that_python_swallows_is_not_lost(tmp_path: Path):
    script = """\
import os, signal, sys
from prompt_salience.cli import session
from prompt_salience.cli.main import main
class Swallowing:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
def load(model, dtype, progress):
    Swallowing()
    progress("loading", 1, 2)
session._load_with_keras = load
sys.exit(main(["explain", "short.txt"]))
"""
    (tmp_path / "short.txt").write_text("Hello")
    ended = in_a_shell(shlex.join([sys.executable, "-c", script]), cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr.endswith("Interrupted.\n")


def test_models_lists_the_embedded_one():
    ended = run("models")
    assert ended.returncode == 0
    assert ended.stdout.split()[:2] == ["menu-judge", "embedded"]
