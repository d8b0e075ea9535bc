"""When a process that died is started again, by a clock that the test winds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.engine_client.restart_policy import Deaths, RestartPolicy


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_five_starts_with_growing_pauses_then_none():
    deaths = Deaths(RestartPolicy(), Clock())
    assert [deaths.died(ready=True) for _ in range(7)] == [0.0, 0.25, 0.5, 1.0, 2.0, None, None]


def test_deaths_that_lie_back_do_not_count():
    clock = Clock()
    deaths = Deaths(RestartPolicy(window=180), clock)
    for _ in range(20):
        assert deaths.died(ready=True) in {0.0, 0.25, 0.5, 1.0, 2.0}
        deaths.became_ready()
        clock.now += 36.1


def test_one_that_never_becomes_ready_is_given_up_however_slowly_it_dies():
    clock = Clock()
    deaths = Deaths(RestartPolicy(), clock)
    found = []
    for _ in range(6):
        found.append(deaths.died(ready=False))
        clock.now += 200
    assert found == [0.0, 0.25, 0.5, 1.0, 2.0, None]
    deaths.became_ready()
    assert deaths.died(ready=False) == 0.0


def test_forgetting_begins_anew():
    deaths = Deaths(RestartPolicy(limit=1), Clock())
    assert [deaths.died(ready=False), deaths.died(ready=False)] == [0.0, None]
    deaths.forget()
    assert deaths.died(ready=False) == 0.0


def test_the_last_pause_counts_for_all_after_it():
    deaths = Deaths(RestartPolicy(limit=4, backoff=(0.0, 3.0)), Clock())
    assert [deaths.died(ready=True) for _ in range(5)] == [0.0, 3.0, 3.0, 3.0, None]


@given(st.lists(st.floats(0, 400), max_size=40))
def test_never_more_starts_in_a_window_than_the_limit(pauses):
    clock, policy, starts = Clock(), RestartPolicy(), []
    deaths = Deaths(policy, clock)
    for pause in pauses:
        clock.now += pause
        deaths.became_ready()
        if deaths.died(ready=True) is not None:
            starts.append(clock.now)
    assert all(sum(start <= other < start + policy.window for other in starts) <= policy.limit for start in starts)
