"""Serving one client over two streams.

Decisions:
- A daemon thread reads: nothing waits for it when the server ends, which may be before the stream does. The server of
  pygls reads in a pool, whose end it waits for, so that a signal could not end it.
- It reads as fast as the client writes. A client that writes all before it reads would otherwise wait for a server
  that waits for it.
- A header counts wherever a line ends with it. After a body that is longer than its header said, the next message is
  found again.
- Whatever ends the client ends the server; what it would still have said is dropped.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Thread
from typing import BinaryIO

from prompt_salience.language_server.protocol import Protocol

_LENGTH = re.compile(rb"content-length: *(\d{1,9})\r?\n\Z", re.IGNORECASE)
_log = logging.getLogger(__name__)


def serve(protocol: Protocol, reading: BinaryIO, writing: BinaryIO) -> None:
    """Serve until the client leaves, or a signal ends the process."""
    protocol.set_writer(Outgoing(writing))
    with suppress(SystemExit, KeyboardInterrupt):
        asyncio.run(_serve(protocol, reading))


def bodies(stream: BinaryIO) -> Iterator[bytes]:
    """The bodies of the messages of a stream, until it ends; one that broke off is left out."""
    length: int | None = None
    while line := stream.readline():
        if found := _LENGTH.search(line):
            length = int(found[1])
        elif length is not None and not line.strip():
            body = stream.read(length)
            if len(body) == length:
                yield body
            length = None


class Outgoing:
    """The stream to a client, which may be gone at any moment."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._gone = False

    def write(self, data: bytes) -> None:
        """Send a message, unless nobody is there."""
        if self._gone:
            return
        try:
            self._stream.write(data)
            self._stream.flush()
        except OSError as error:
            self._gone = True
            _log.info("The client does not read any more: %s", error)

    def close(self) -> None:
        """Send nothing more."""
        self._gone = True


async def _serve(protocol: Protocol, reading: BinaryIO) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def tell(act: Callable[..., object], *arguments: object) -> None:
        # The loop may be closed meanwhile: then nobody is there to be told.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(act, *arguments)

    def read() -> None:
        for body in bodies(reading):
            tell(_take, protocol, body)
        tell(ended.set)

    Thread(target=read, name="client-reader", daemon=True).start()
    await ended.wait()


def _take(protocol: Protocol, body: bytes) -> None:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        # There is no answer: whether it asks for one cannot be read either.
        _log.warning("The client sent a message that is no JSON: %s", error)
    else:
        protocol.handle_message(message)
