"""Messages out of a stream of bytes, and into one whose reader may be gone."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.language_server.streams import Outgoing, bodies

HEADERS = (
    b"Content-Length: %d\r\n\r\n",
    b"Content-Length:%d\r\n\r\n",
    b"content-length: %d\n\n",
    b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: %d\r\n\r\n",
    b"Content-Length: %d\r\nContent-Type: text\r\n\r\n",
)
message_bodies = st.binary(max_size=40)
messages = st.lists(st.tuples(st.sampled_from(HEADERS), message_bodies), max_size=6)
noise = st.binary(max_size=30).map(lambda data: data.replace(b":", b"") + b"\n")


def framed(header: bytes, body: bytes) -> bytes:
    return header % len(body) + body


@given(messages=messages)
def test_every_body_is_given_out(messages: list[tuple[bytes, bytes]]):
    stream = io.BytesIO(b"".join(framed(*message) for message in messages))
    assert list(bodies(stream)) == [body for _, body in messages]


@given(messages=st.lists(st.tuples(noise, message_bodies), max_size=6))
def test_what_stands_between_messages_is_skipped(messages: list[tuple[bytes, bytes]]):
    stream = io.BytesIO(b"".join(before + framed(HEADERS[0], body) for before, body in messages))
    assert list(bodies(stream)) == [body for _, body in messages]


@given(header=st.sampled_from(HEADERS), body=st.binary(min_size=1, max_size=40), missing=st.integers(1, 40))
def test_a_message_that_broke_off_is_left_out(header: bytes, body: bytes, missing: int):
    whole = framed(HEADERS[0], b"{}") + framed(header, body)
    assert list(bodies(io.BytesIO(whole[: len(whole) - min(missing, len(body))]))) == [b"{}"]


def test_the_message_after_one_that_was_longer_than_it_said_is_found():
    stream = io.BytesIO(b"Content-Length: 3\r\n\r\n{'a': 1}" + framed(HEADERS[0], b"{}"))
    assert list(bodies(stream)) == [b"{'a", b"{}"]


class Gone(io.BytesIO):
    """The end of a pipe that nobody reads."""

    written = 0

    def flush(self) -> None:
        self.written += 1
        raise BrokenPipeError


def test_what_nobody_reads_is_dropped():
    stream = Gone()
    outgoing = Outgoing(stream)
    outgoing.write(b"one")
    outgoing.write(b"two")
    assert stream.written == 1
    assert stream.getvalue() == b"one"


@pytest.mark.parametrize("close", [True, False])
def test_what_is_written_is_sent_at_once_and_nothing_after_the_end(close: bool):
    stream = io.BytesIO()
    outgoing = Outgoing(stream)
    outgoing.write(b"one")
    assert stream.getvalue() == b"one"
    if close:
        outgoing.close()
    outgoing.write(b"two")
    assert stream.getvalue() == (b"one" if close else b"onetwo")
