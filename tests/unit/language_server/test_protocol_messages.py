"""Messages in, answers out, and nothing is kept of either. Without streams: what a client sends comes as JSON."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prompt_salience.language_server.registry import register_all
from prompt_salience.language_server.server import Server

URI = "untitled:Untitled-1"
DOCUMENT = {"textDocument": {"uri": URI}}
REQUEST_CANCELLED, INTERNAL_ERROR = -32800, -32603
texts = st.lists(
    st.sampled_from(("\r\n", "\r", "\n", "\u2028", "\x85", "😀", "\ud83d", "\ude00", "\0", "{{ a }}", "\ufeff"))
    | st.text(max_size=5),
    max_size=10,
).map("".join)


class Wire:
    """A server in this process, and what it has sent."""

    def __init__(self, **capabilities: Any) -> None:
        self.server = Server(["no-such-engine"])
        register_all(self.server)
        self.sent: list[dict[str, Any]] = []
        self.server.protocol.set_writer(self)
        self.send(1, "initialize", {"processId": None, "rootUri": None, "capabilities": capabilities})
        self.send(None, "initialized", {})

    def write(self, data: bytes) -> None:
        self.sent.append(json.loads(data.partition(b"\r\n\r\n")[2]))

    def close(self) -> None:
        self.sent.append({})

    def send(self, request: Any, method: str, params: Any) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        self.take(message if request is None else message | {"id": request})

    def take(self, message: Any) -> None:
        protocol = self.server.protocol
        # A server that pygls serves, over TCP, reads JSON with this hook.
        protocol.handle_message(json.loads(json.dumps(message), object_hook=protocol.structure_message))

    def open(self, text: str) -> None:
        item = {"uri": URI, "languageId": "jinja", "version": 1, "text": text}
        self.send(None, "textDocument/didOpen", {"textDocument": item})

    def change(self, text: str) -> None:
        document = {"uri": URI, "version": 2}
        self.send(None, "textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def answers(self, request: Any) -> list[dict[str, Any]]:
        return [message for message in self.sent if message.get("id") == request and "method" not in message]

    def questions(self, method: str) -> list[dict[str, Any]]:
        return [message for message in self.sent if message.get("method") == method and "id" in message]

    async def answer(self, request: Any) -> dict[str, Any]:
        async with asyncio.timeout(5):
            while not self.answers(request):
                await asyncio.sleep(0.001)
        return self.answers(request)[0]

    @property
    def text(self) -> str | None:
        opened = self.server.documents.of_uri(URI)
        return opened.document.text if opened else None

    @property
    def kept(self) -> list[object]:
        """What the protocol remembers of messages."""
        protocol = self.server.protocol
        return [*protocol._request_futures, *protocol._result_types, *self.server.work_done_progress.tokens]


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire()
    yield wire
    wire.server.end()


def as_sent(text: str) -> str:
    """A text as JSON carries it: two surrogates that make a character are one."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


@given(first=texts, second=texts)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_text_is_that_of_the_client_to_the_character(first: str, second: str):
    async def edit() -> None:
        wire = Wire()
        wire.open(first)
        assert wire.text == as_sent(first)
        wire.change(second)
        assert wire.text == as_sent(second)
        wire.send(None, "textDocument/didClose", DOCUMENT)
        assert wire.text is None

    asyncio.run(edit())


async def test_nothing_is_kept_of_what_has_been_answered(wire: Wire):
    wire.open("Dish: {{ dish }}")
    for number in range(2, 40):
        wire.change("Dish: {{ dish }}" * number)
        wire.send(number, "textDocument/hover", DOCUMENT | {"position": {"line": 0, "character": 8}})
        wire.send(f"command {number}", "workspace/executeCommand", {"command": "promptSalience.showDebugInformation"})
        wire.send(
            f"refused {number}", "workspace/executeCommand", {"command": "promptSalience.clear", "arguments": [5]}
        )
        wire.send(None, "$/cancelRequest", {"id": number})
        wire.send(f"unknown {number}", "unknown", None)
    for number in range(2, 40):
        await wire.answer(f"refused {number}")
        await wire.answer(number)
    await asyncio.sleep(0.1)
    assert wire.kept == []
    assert all(len(wire.answers(f"{name} {number}")) == 1 for name in ("command", "refused") for number in range(2, 40))


async def test_data_that_looks_like_a_message_is_data(wire: Wire):
    data = {"jsonrpc": "2.0", "id": 7, "method": "textDocument/hover", "params": None}
    params = {"command": "promptSalience.showDebugInformation", "arguments": [data, [data]]}
    wire.send(2, "workspace/executeCommand", params)
    assert "result" in await wire.answer(2)
    assert not wire.answers(7)


async def test_what_is_cancelled_is_answered_so_and_once(wire: Wire):
    wire.open("Dish: {{ dish }}")
    wire.send(2, "textDocument/definition", DOCUMENT | {"position": {"line": 0, "character": 8}})
    wire.send(None, "$/cancelRequest", {"id": 2})
    assert (await wire.answer(2))["error"]["code"] == REQUEST_CANCELLED
    wire.send(None, "$/cancelRequest", {"id": 2})
    await asyncio.sleep(0.05)
    assert len(wire.answers(2)) == 1
    assert wire.kept == []


async def test_an_answer_to_a_question_that_nobody_waits_for_is_dropped(caplog: pytest.LogCaptureFixture):
    wire = Wire(workspace={"configuration": True})
    async with asyncio.timeout(5):
        while not wire.questions("workspace/configuration"):
            await asyncio.sleep(0.001)
    question = wire.questions("workspace/configuration")[0]["id"]
    wire.server.protocol._request_futures[question].cancel()
    wire.take({"jsonrpc": "2.0", "id": question, "result": [None]})
    await asyncio.sleep(0.01)
    assert wire.kept == []
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize(
    "answer", [{}, {"result": None}, {"error": {"code": 1, "message": "No"}}, {"result": 5}, {"error": 5}]
)
async def test_a_question_is_over_when_it_is_answered_however_badly(answer: dict[str, Any]):
    wire = Wire(workspace={"configuration": True})
    async with asyncio.timeout(5):
        while not wire.questions("workspace/configuration"):
            await asyncio.sleep(0.001)
    wire.take({"jsonrpc": "2.0", "id": wire.questions("workspace/configuration")[0]["id"]} | answer)
    async with asyncio.timeout(5):
        while wire.kept:
            await asyncio.sleep(0.001)


async def test_an_answer_does_not_disturb_a_request_of_the_same_id(wire: Wire):
    wire.open("Dish: {{ dish }}")
    wire.send("same", "textDocument/definition", DOCUMENT | {"position": {"line": 0, "character": 8}})
    wire.take({"jsonrpc": "2.0", "id": "same", "result": None})
    assert "result" in await wire.answer("same")
    assert len(wire.answers("same")) == 1


async def test_the_exit_code_says_whether_the_client_left_in_order(wire: Wire):
    with pytest.raises(SystemExit) as ended:
        wire.send(None, "exit", None)
    assert ended.value.code == 1
    assert not wire.server.left_in_order
    wire.send(2, "shutdown", None)
    assert wire.server.left_in_order
    with pytest.raises(SystemExit) as ended:
        wire.send(None, "exit", None)
    assert ended.value.code == 0


async def test_shutting_down_cancels_what_is_in_flight(wire: Wire):
    wire.open("Dish: {{ dish }}" * 2000)
    for number in range(2, 12):
        wire.send(number, "textDocument/definition", DOCUMENT | {"position": {"line": 0, "character": 8}})
    wire.send(20, "shutdown", None)
    assert "result" in await wire.answer(20)
    answers = [await wire.answer(number) for number in range(2, 12)]
    assert all("result" in answer or answer["error"]["code"] == REQUEST_CANCELLED for answer in answers)


async def test_a_fault_of_ours_is_an_internal_error_and_no_end(wire: Wire, monkeypatch: pytest.MonkeyPatch):
    wire.open("Dish: {{ dish }}")
    monkeypatch.setattr(wire.server, "views", None)
    wire.send(2, "textDocument/hover", DOCUMENT | {"position": {"line": 0, "character": 8}})
    assert (await wire.answer(2))["error"]["code"] == INTERNAL_ERROR
    monkeypatch.undo()
    wire.send(3, "textDocument/hover", DOCUMENT | {"position": {"line": 0, "character": 8}})
    assert "result" in await wire.answer(3)
