"""Framing: messages survive every way of splitting the stream, and whatever stands between them."""

from __future__ import annotations

import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.engine_client.framing import Body, FrameParser, Skipped, frame

bodies = st.dictionaries(st.text(), st.text() | st.integers(), max_size=3).map(
    lambda fields: json.dumps(fields).encode()
)
# Pieces of headers, whole ones among them, are the hardest nonsense there is.
nonsense = st.lists(
    st.sampled_from([b"Content-Length: ", b"Content-Length:7\r\n\r\n", b"Con", b"C", b"12", b"\r\n\r\n", b"\n", b"\r"])
    | st.binary(max_size=6).filter(lambda data: b"{" not in data),
    max_size=6,
).map(b"".join)


def parsed(stream: bytes, cuts: list[int]) -> list[Body | Skipped]:
    parser = FrameParser()
    edges = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    found = [item for start, end in pairwise(edges) for item in parser.feed(stream[start:end])]
    return [*found, *parser.end()]


def messages(found: list[Body | Skipped]) -> list[bytes]:
    return [item.data for item in found if isinstance(item, Body)]


def skipped(found: list[Body | Skipped]) -> bytes:
    return b"".join(item.data for item in found if isinstance(item, Skipped))


@given(st.lists(bodies, max_size=5), st.lists(st.integers(0, 10_000)))
def test_any_split_gives_the_same_messages(sent, cuts):
    found = parsed(b"".join(map(frame, sent)), cuts)
    assert messages(found) == sent
    assert skipped(found) == b""


@given(st.lists(st.tuples(nonsense, bodies), max_size=5), nonsense, st.lists(st.integers(0, 10_000)))
def test_nonsense_between_messages_loses_none(sent, last, cuts):
    stream = b"".join(between + frame(body) for between, body in sent) + last
    assert messages(parsed(stream, cuts)) == [body for _, body in sent]


plain_nonsense = st.binary(max_size=20).filter(lambda data: b"C" not in data)


@given(st.lists(st.tuples(plain_nonsense, bodies), max_size=5), st.lists(st.integers(0, 10_000)))
def test_all_that_is_skipped_is_handed_out(sent, cuts):
    found = parsed(b"".join(between + frame(body) for between, body in sent), cuts)
    assert skipped(found) == b"".join(between for between, _ in sent)


def test_a_line_without_an_end_may_come_before_a_header():
    assert parsed(b"WARNING: " + frame(b"{}"), []) == [Skipped(b"WARNING: "), Body(b"{}")]


def test_nonsense_does_not_pile_up():
    parser = FrameParser()
    for _ in range(1000):
        assert skipped(list(parser.feed(b"x" * 1000 + b"Content-Le"))).endswith(b"x")
    assert len(parser._held) == len(b"Content-Le")


def test_a_message_that_broke_off_is_handed_out_at_the_end():
    parser = FrameParser()
    assert list(parser.feed(frame(b'{"a": 1}')[:-1])) == []
    assert list(parser.end()) == [Skipped(b'{"a": 1')]


def test_a_body_counts_bytes():
    assert frame('{"é": 1}'.encode()).startswith(b"Content-Length: 9\r\n\r\n")
