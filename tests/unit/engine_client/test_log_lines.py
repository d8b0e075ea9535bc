"""Standard error as lines: complete as long as it is for people to read, counted when it is not."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.engine_client.log_lines import LINES_PER_SECOND, LONGEST_LINE, LogLines


def lines_of(blocks: list[bytes], now: float = 5.0) -> list[str]:
    log = LogLines()
    return [line for block in blocks for line in log.feed(block, now)] + list(log.end())


@given(st.lists(st.text(st.characters(exclude_characters="\n\r", codec="utf-8")), max_size=20), st.data())
def test_any_split_gives_the_same_lines(lines, data):
    stream = b"".join(line.encode() + b"\n" for line in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    edges = [0, *cuts, len(stream)]
    assert lines_of([stream[start:end] for start, end in pairwise(edges)]) == lines


def test_a_last_line_without_an_end_is_given_out():
    assert lines_of([b"one\ntw", b"o"]) == ["one", "two"]


def test_bytes_that_are_no_text_are_replaced():
    assert lines_of([b"\xff!\r\n"]) == ["\N{REPLACEMENT CHARACTER}!"]


def test_a_line_is_cut_at_a_length():
    (line,) = lines_of([b"x" * 10_000 + b"\n"])
    assert line == "x" * LONGEST_LINE + " …"


def test_a_line_without_end_fills_no_memory():
    log = LogLines()
    for _ in range(1000):
        list(log.feed(b"x" * 10_000, 5.0))
    assert len(log._rest) <= 20_000


def test_lines_that_are_too_many_are_counted_and_the_last_kept():
    log = LogLines()
    first = [
        line for count in range(50) for line in log.feed(b"".join(b"%d\n" % n for n in range(100)), 5.0 + count / 99)
    ]
    assert len(first) == LINES_PER_SECOND
    later = list(log.feed(b"later\n", 6.0))
    assert later == [f"({5000 - LINES_PER_SECOND:,} more lines were left out)", "later"]
    list(log.feed(b"".join(b"%d\n" % n for n in range(1000)), 6.5))
    last = list(log.end())
    assert last == [f"({1001 - LINES_PER_SECOND - 20} more lines were left out)", *map(str, range(980, 1000))]


@given(st.lists(st.binary(max_size=3000), max_size=20))
def test_never_more_lines_in_a_second_than_there_may_be(blocks):
    log = LogLines()
    assert sum(len(list(log.feed(block, 5.5))) for block in blocks) <= LINES_PER_SECOND
