"""From nothing to a server that serves, and to its end.

Decisions:
- Nothing but messages goes to standard output: what a library prints goes to standard error, which is the log.
- However the client leaves, by asking or by vanishing, the engine process and all files go too.
"""

from __future__ import annotations

import logging
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import BinaryIO, Never

from prompt_salience.language_server.garbage import look_rarely
from prompt_salience.language_server.registry import register_all
from prompt_salience.language_server.server import Server
from prompt_salience.language_server.streams import serve
from prompt_salience.standard_streams import take_link

_SWITCH_INTERVAL = 0.001
"""How long a thread may keep the interpreter while the event loop waits for it, in seconds; Python's own is five times
that, and an answer needs several turns."""

_LEFT_WITHOUT_ASKING = 1


def serve_streams(engine_command: Sequence[str], log_level: str) -> int:
    """Serve one client over the standard streams; returns the exit code that the protocol asks for."""
    _prepare(log_level)
    return _serve(engine_command, *take_link())


def serve_tcp(
    host: str, port: int, engine_command: Sequence[str], log_level: str, waiting: Callable[[str, int], None]
) -> int:
    """Serve the first client that connects to a port, for debugging.

    Args:
        host: an address of this machine.
        port: 0 for any that is free.
        engine_command: how the engine process is started.
        log_level: how much is logged.
        waiting: called with host and port when a client can connect.

    Raises:
        OSError: the port cannot be had.
    """
    _prepare(log_level)
    with socket.create_server((host, port)) as listener:
        waiting(*listener.getsockname()[:2])
        connection, _ = listener.accept()
    # The streams are left open: closing one waits for the thread that reads it.
    return _serve(engine_command, connection.makefile("rb"), connection.makefile("wb"))


def _serve(engine_command: Sequence[str], reading: BinaryIO, writing: BinaryIO) -> int:
    server = Server(engine_command)
    register_all(server)
    try:
        serve(server.protocol, reading, writing)
    finally:
        server.end()
    return 0 if server.left_in_order else _LEFT_WITHOUT_ASKING


def _prepare(log_level: str) -> None:
    logging.basicConfig(
        level=log_level.upper(), stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    # It logs every message whole, prompts and all.
    logging.getLogger("pygls").setLevel(logging.ERROR)
    sys.setswitchinterval(_SWITCH_INTERVAL)
    look_rarely()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)


def _leave(_signal: int, _frame: FrameType | None) -> Never:
    raise SystemExit(_LEFT_WITHOUT_ASKING)
