"""Work that would hold up the event loop, in a thread of its own.

Decisions:
- A daemon thread for each piece of work, not a pool: nothing waits for such a thread when the server exits, and the
  pool of pygls reads standard input.
- Whoever stops waiting leaves the thread to itself; what it finds is dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Thread
from typing import TypeVar

_Result = TypeVar("_Result")


async def in_thread(work: Callable[[], _Result], name: str) -> _Result:
    """What ``work`` returns or raises, called in a thread called ``name``."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_Result] = loop.create_future()
    Thread(target=_perform, args=(work, future, loop), name=name, daemon=True).start()
    return await future


def _perform(work: Callable[[], _Result], future: asyncio.Future[_Result], loop: asyncio.AbstractEventLoop) -> None:
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for.
        _hand_over(loop, _fail, future, error)
    else:
        _hand_over(loop, _succeed, future, result)


def _hand_over(loop: asyncio.AbstractEventLoop, settle: Callable[..., None], *arguments: object) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(settle, *arguments)


def _succeed(future: asyncio.Future[_Result], result: _Result) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[_Result], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
