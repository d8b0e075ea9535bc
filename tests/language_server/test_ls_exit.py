"""The end of the server: soon, with the right exit code, and nothing is left, however the client leaves."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from bare_client import BareClient
from fake_editor import uri_of
from ls_processes import assert_soon_gone

from prompt_salience.language_server.streams import bodies
from scripted_engine_process import scripted_command

SOON = 1.0
"""How long the end may take with a job running, in seconds."""
MENU = "Dish: Mushroom risotto.\nRecommendation:"
SLOW = ("--seconds-per-token", "0.3")
WORK = {
    "starting": ("--late", "0.4"),
    "loading": ("--seconds-to-load", "60"),
    "explaining": ("--seconds-per-layer", "15"),
    "hanging": ("--hang-when", "explaining"),
    "silent": ("--never-answer",),
    "flooding": ("--flood-stderr", *SLOW),
}
LEAVINGS: dict[str, tuple[Callable[[BareClient], Any], int]] = {
    "in order": (lambda client: (client.request("shutdown"), client.notify("exit")), 0),
    "in order, without waiting": (lambda client: (client.ask("shutdown"), client.notify("exit")), 0),
    "exit only": (lambda client: client.notify("exit"), 1),
    "end of input": (lambda client: client.process.stdin.close(), 1),
    "SIGTERM": (lambda client: client.process.send_signal(signal.SIGTERM), 1),
    "SIGINT": (lambda client: client.process.send_signal(signal.SIGINT), 1),
    "SIGHUP": (lambda client: client.process.send_signal(signal.SIGHUP), 1),
    "SIGKILL": (lambda client: client.process.kill(), -signal.SIGKILL),
}
Begin = Callable[..., BareClient]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Starts servers, each with a job that does not end; none may leave anything in the end."""
    clients = []

    def begin_working(*engine: str) -> BareClient:
        client = BareClient(scripted_command(*engine), cache=tmp_path / "cache")
        clients.append(client)
        client.initialize()
        uri = client.open(uri_of(tmp_path / "menu.j2"), MENU)
        assert client.command("runAndExplain", uri)
        return client

    yield begin_working
    for client in clients:
        client.end()
        assert_soon_gone(client.engines)
        assert not client.noise
        assert "Traceback" not in client.logged


def working(client: BareClient, state: str) -> None:
    """Wait until the engine does something."""
    client.eventually(lambda: state in client.engine_states)


@pytest.mark.parametrize("how", LEAVINGS)
def test_the_server_ends_soon_however_the_client_leaves(begin: Begin, how: str, tmp_path: Path):
    client = begin(*SLOW)
    working(client, "generating")
    leave, code = LEAVINGS[how]
    start = time.monotonic()
    leave(client)
    assert client.wait() == code
    assert time.monotonic() - start < SOON
    if how != "SIGKILL":
        assert not list((tmp_path / "cache").rglob("*.response.md"))


@pytest.mark.parametrize("state", WORK)
def test_the_server_ends_soon_whatever_the_engine_does(begin: Begin, state: str):
    client = begin(*WORK[state])
    working(client, {"hanging": "explaining", "silent": "starting", "flooding": "generating"}.get(state, state))
    start = time.monotonic()
    assert client.leave() == 0
    assert time.monotonic() - start < SOON


@pytest.mark.parametrize("how", ["in order", "end of input", "SIGTERM"])
def test_an_engine_that_refuses_to_end_is_made_to(tmp_path: Path, how: str):
    client = BareClient(scripted_command("--stubborn", *SLOW), cache=tmp_path / "cache")
    client.initialize()
    assert client.command("runAndExplain", client.open(uri_of(tmp_path / "menu.j2"), MENU))
    working(client, "generating")
    leave, code = LEAVINGS[how]
    leave(client)
    assert client.wait() == code
    assert_soon_gone(client.engines)
    client.end()


def test_a_client_that_is_killed_leaves_neither_server_nor_engine(tmp_path: Path):
    """The server's only sign of it is the end of its streams."""
    script = f"""
import sys, time
sys.path[:0] = {[*sys.path]!r}
from pathlib import Path
from bare_client import BareClient
from scripted_engine_process import scripted_command
client = BareClient(scripted_command("--seconds-per-token", "0.3"), cache=Path({str(tmp_path)!r}))
client.initialize()
client.command("runAndExplain", client.open("untitled:menu.j2", {MENU!r}))
client.eventually(lambda: "generating" in client.engine_states)
print(client.process.pid, *client.engines, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as editor:
        assert editor.stdout
        pids = {int(pid) for pid in editor.stdout.readline().split()}
        assert len(pids) == 2
        editor.kill()
    assert_soon_gone(pids)


@pytest.mark.parametrize(("leave", "code"), [("shutdown", 0), ("exit", 1), ("end", 1)])
def test_a_server_that_never_worked_ends_too(tmp_path: Path, leave: str, code: int):
    client = BareClient(cache=tmp_path)
    client.initialize()
    if leave == "shutdown":
        client.request("shutdown")
    if leave == "end":
        assert client.process.stdin
        client.process.stdin.close()
    else:
        client.notify("exit")
    assert client.wait() == code
    assert "Traceback" not in client.logged
    client.end()


@pytest.mark.parametrize("leave", ["exit", "end"])
def test_a_server_that_was_not_initialized_ends_too(tmp_path: Path, leave: str):
    client = BareClient(cache=tmp_path)
    if leave == "exit":
        client.notify("exit")
    else:
        assert client.process.stdin
        client.process.stdin.close()
    assert client.wait() == 1
    assert not client.noise
    assert "Traceback" not in client.logged
    client.end()


def test_over_tcp_a_client_is_served_and_leaves_in_order() -> None:
    command = (sys.executable, "-m", "prompt_salience", "server", "--tcp", "127.0.0.1:0")
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr
        port = int(server.stderr.readline().strip().rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as connection, connection.makefile("rwb") as stream:
            initialize = {"processId": None, "rootUri": None, "capabilities": {}}
            assert "capabilities" in asked(stream, 1, "initialize", initialize)["result"]
            assert asked(stream, 2, "shutdown", None)["result"] is None
            send(stream, {"jsonrpc": "2.0", "method": "exit"})
            assert server.wait(2) == 0
        assert "Traceback" not in server.stderr.read()


def asked(stream: BinaryIO, number: int, method: str, params: Any) -> dict[str, Any]:
    send(stream, {"jsonrpc": "2.0", "id": number, "method": method, "params": params})
    return json.loads(next(bodies(stream)))


def send(stream: BinaryIO, message: dict[str, Any]) -> None:
    body = json.dumps(message).encode()
    stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    stream.flush()
