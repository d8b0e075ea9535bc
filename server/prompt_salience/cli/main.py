"""``prompt-salience``: parse the command line, run one command, and end with an exit code that scripts can use.

Decisions:
- Exit codes: 0 done; 1 the input is at fault, or standard output cannot be written; 2 usage; 3 the model could not be
  loaded or run; 130 interrupted; 141 the reader of standard output went away, as a shell reports it of other tools.
- Nothing heavy is imported before a command runs, so that ``--help`` is quick.
"""

from __future__ import annotations

import os
import signal
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from types import FrameType
from typing import Never

from prompt_salience.cli import doctor, download, explain, login, models, render, server, verify
from prompt_salience.cli.errors import OutputError
from prompt_salience.cli.session import Session
from prompt_salience.version import VERSION

UNWRITABLE = 1
INTERRUPTED = 130
CLOSED_PIPE = 141

_EXIT_CODES = """\
exit codes:
  0  done
  1  the input is at fault, or standard output cannot be written: a message says where and why
  2  the command line is at fault
  3  the model could not be loaded or run
"""


def main(argv: Sequence[str] | None = None, session: Session | None = None) -> int:
    """Run one command and return its exit code; ``session`` is this process's unless a test brings its own.

    Raises:
        SystemExit: by ``argparse``, after ``--help``, ``--version`` or a usage error.
    """
    arguments = command_line().parse_args(argv)
    own = session is None
    session = session or Session.of_this_process()
    try:
        with _remembering_interrupts(session) if own else nullcontext():
            return _exit_code(arguments, session)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _forget_standard_output(session)
        return CLOSED_PIPE
    except OutputError as error:
        _forget_standard_output(session)
        session.say(f"prompt-salience: error: {error}")
        return UNWRITABLE


def command_line() -> ArgumentParser:
    """The parser of the whole command line."""
    parser = ArgumentParser(
        prog="prompt-salience",
        description="Shows which parts of a prompt made Gemma answer as it did.",
        epilog=_EXIT_CODES,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {VERSION}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in (explain, verify, render, models, download, login, doctor, server):
        command.add_command(commands)
    return parser


def _exit_code(arguments: Namespace, session: Session) -> int:
    from prompt_salience.cli.exit_codes import exit_code_of

    return exit_code_of(lambda: arguments.run(arguments, session), session)


@contextmanager
def _remembering_interrupts(session: Session) -> Iterator[None]:
    """Have the session know of every interrupt, unless this process was started to ignore them."""

    def interrupt(_signal: int, _frame: FrameType | None) -> Never:
        session.interrupted.set()
        raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _forget_standard_output(session: Session) -> None:
    """Send what is still buffered nowhere: the interpreter flushes once more when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, session.stdout.fileno())
    os.close(nowhere)
