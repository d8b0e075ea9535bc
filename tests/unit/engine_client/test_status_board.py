"""Every change of the status is told once, in the order in which it came."""

from __future__ import annotations

from threading import Barrier, Thread

from prompt_salience.engine_client.status import EngineState, EngineStatus
from prompt_salience.engine_client.status_board import StatusBoard

READY = EngineStatus(EngineState.READY)


def test_a_status_as_before_is_no_news():
    told: list[EngineStatus] = []
    board = StatusBoard(told.append)
    for status in (EngineStatus(), READY, READY, EngineStatus(), EngineStatus()):
        board.post(status)
    assert told == [READY, EngineStatus()]
    assert board.status == EngineStatus()


def test_one_who_is_told_may_post_the_next():
    told: list[EngineStatus] = []

    def tell(status: EngineStatus) -> None:
        if status == READY:
            board.post(EngineStatus(EngineState.GENERATING))
        told.append(status)

    board = StatusBoard(tell)
    board.post(READY)
    assert [status.state for status in told] == [EngineState.READY, EngineState.GENERATING]


def test_many_threads_lose_nothing():
    told: list[EngineStatus] = []
    board, barrier = StatusBoard(told.append), Barrier(4)

    def post(thread: int) -> None:
        barrier.wait()
        for count in range(200):
            board.post(EngineStatus(EngineState.READY, restarts=thread * 1000 + count))

    threads = [Thread(target=post, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 800
    assert board.status == told[-1]
    for number in range(4):
        own = [status.restarts for status in told if status.restarts // 1000 == number]
        assert own == sorted(own)
