"""``prompt-salience server``: the language server, for editors."""

from __future__ import annotations

import shlex
from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from ipaddress import ip_address
from typing import TYPE_CHECKING

from prompt_salience.cli.errors import UsageError
from prompt_salience.cli.session import Session

if TYPE_CHECKING:
    from argparse import _SubParsersAction

_DESCRIPTION = """\
Serve an editor by the language server protocol, over standard input and output. The editor starts
this; docs/editors.md has the few lines that it takes in Neovim, Emacs, Helix and Zed.
"""
_LARGEST_PORT = 65535


def add_command(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add ``server`` to the commands."""
    parser = commands.add_parser(
        "server",
        help="serve an editor by the language server protocol",
        description=_DESCRIPTION,
        allow_abbrev=False,
        formatter_class=RawDescriptionHelpFormatter,
    )
    connection = parser.add_mutually_exclusive_group()
    connection.add_argument("--stdio", action="store_true", help="standard input and output (the default)")
    connection.add_argument(
        "--tcp", metavar="HOST:PORT", type=_address, help="wait for one client at a port of this machine, for debugging"
    )
    parser.add_argument(
        "--engine",
        metavar="COMMAND",
        type=_command,
        help="how the engine process is started (default: by this Python)",
    )
    parser.add_argument(
        "--log-level",
        choices=["debug", "info", "warning", "error"],
        default="info",
        help="how much is logged to standard error (default: %(default)s)",
    )
    parser.set_defaults(run=run)


def run(arguments: Namespace, session: Session) -> int:
    """Serve until the client leaves.

    Raises:
        UsageError: the port cannot be had.
    """
    from prompt_salience.engine_client.supervision import ENGINE_COMMAND
    from prompt_salience.language_server.starting import serve_streams, serve_tcp

    engine = arguments.engine or ENGINE_COMMAND
    if arguments.tcp is None:
        return serve_streams(engine, arguments.log_level)
    host, port = arguments.tcp

    def waiting(host: str, port: int) -> None:
        session.say(f"prompt-salience: waiting for a client at {host}:{port}")

    try:
        return serve_tcp(host, port, engine, arguments.log_level, waiting)
    except OSError as error:
        message = f"--tcp {host}:{port}: {error.strerror or error}"
        raise UsageError(message) from error


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > _LARGEST_PORT:
        message = f"{text!r} is not of the form HOST:PORT"
        raise ArgumentTypeError(message)
    if not _is_this_machine(host):
        message = f"{host} can be reached from elsewhere, and anybody could read your prompts; use 127.0.0.1"
        raise ArgumentTypeError(message)
    return host, int(port)


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _command(text: str) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        message = f"{text!r} is no command: {error}"
        raise ArgumentTypeError(message) from error
    if not words:
        raise ArgumentTypeError("the command is empty")
    return words
