"""The process that downloads: ``python -m prompt_salience.downloading HANDLE``, started by ``process``.

Decisions:
- It ends at once when its standard input does, so that it cannot outlive whoever started it.
- An interrupt in the terminal reaches all processes of the group. What becomes of this one is for the one that started
  it to say.
- kagglehub's bars are for terminals, and are switched off; what it warns of goes to standard error.
"""

from __future__ import annotations

import os
import signal
import sys
from argparse import ArgumentParser
from threading import Lock, Thread
from typing import BinaryIO, NoReturn

from prompt_salience.downloading.said import Said, to_line
from prompt_salience.engine_client.kaggle_handle import kaggle_handle
from prompt_salience.standard_streams import take_link


def main() -> None:
    """Download one model, and say how it goes on standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["TQDM_DISABLE"] = "1"
    os.environ.setdefault("KAGGLEHUB_VERBOSITY", "warning")
    parser = ArgumentParser(prog="prompt_salience.downloading")
    parser.add_argument("handle", type=kaggle_handle)
    parser.add_argument("--anew", action="store_true")
    arguments = parser.parse_args()
    receiving, sending = take_link()
    Thread(target=_end_with, args=(receiving,), name="link-reader", daemon=True).start()
    from prompt_salience.downloading.fetching import fetch

    lock = Lock()

    def say(said: Said) -> None:
        with lock:
            sending.write(to_line(said))
            sending.flush()

    fetch(arguments.handle, say, _end, anew=arguments.anew)


def _end_with(receiving: BinaryIO) -> None:
    receiving.read()
    _end()


def _end() -> NoReturn:
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
