"""Progress as people read it."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.language_server.progress import PAUSE, Report, Reporter

PARTS = (
    "waiting",
    "downloading",
    "starting",
    "loading",
    "compiling",
    "reading",
    "generating",
    "explaining",
    "something new",
)
reports = st.lists(st.tuples(st.sampled_from(PARTS), st.integers(0, 50), st.integers(0, 40), st.floats(0, 1)))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@given(reports=reports)
def test_the_percentage_never_goes_back_and_never_says_that_all_is_done(reports: list[tuple[str, int, int, float]]):
    told: list[Report] = []
    clock = Clock()
    reporter = Reporter(told.append, clock)
    for doing, done, of, pause in reports:
        clock.now += pause
        reporter(doing, done, of)
    percentages = [report.percentage for report in told]
    assert percentages == sorted(percentages)
    assert all(0 <= percentage < 100 for percentage in percentages)
    assert all(report.text for report in told)


@given(reports=reports)
def test_one_thing_is_told_of_no_more_often_than_can_be_drawn(reports: list[tuple[str, int, int, float]]):
    times: list[tuple[str, float]] = []
    clock = Clock()
    reporter = Reporter(lambda report: times.append((report.text.split(",")[0], clock.now)), clock)
    for doing, done, of, pause in reports:
        clock.now += pause
        reporter(doing, done, of)
    for (doing, at), (doing_next, at_next) in itertools.pairwise(times):
        assert doing != doing_next or at_next - at >= PAUSE


def test_what_is_new_is_told_at_once():
    told: list[Report] = []
    reporter = Reporter(told.append, Clock())
    for doing in PARTS:
        reporter(doing, 0, 10)
    assert len(told) == len(PARTS)


def test_tokens_and_layers_are_counted_from_one():
    told: list[str] = []
    clock = Clock()
    reporter = Reporter(lambda report: told.append(report.text), clock)
    for doing, done, of in [("loading", 0, 3), ("generating", 0, 1000), ("generating", 1000, 1000), ("reading", 4, 26)]:
        clock.now += 1
        reporter(doing, done, of)
    assert told == [
        "loading",
        "generating, token 1 of 1,000",
        "generating, token 1,000 of 1,000",
        "reading, layer 5 of 26",
    ]


def test_a_download_is_counted_in_bytes():
    told: list[Report] = []
    Reporter(told.append)("downloading", 300_000_000, 1_200_000_000)
    assert told == [Report(24, "300 MB of 1.2 GB")]
