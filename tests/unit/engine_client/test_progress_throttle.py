"""Progress reports: the first of each kind, then so many a second."""

from __future__ import annotations

from prompt_salience.engine.progress_throttle import ProgressThrottle


def test_the_first_of_each_kind_and_then_some():
    now = 0.0
    throttle = ProgressThrottle(0.05, lambda: now)
    assert throttle.passes("reading")
    assert throttle.passes("generating")
    passed = 0
    for _ in range(1000):
        now += 0.001
        passed += throttle.passes("reading")
    assert 19 <= passed <= 20
