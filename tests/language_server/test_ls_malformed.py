"""What no client should send: each request gets one answer, nobody is bothered, and the server serves on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bare_client import BareClient
from fake_editor import uri_of
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32600, -32601, -32602
NOT_INITIALIZED = -32002
NOWHERE = {"textDocument": {"uri": "file:///nowhere.j2"}}
HERE = {"line": 0, "character": 0}
REQUESTS = (
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/prepareRename",
    "textDocument/rename",
    "textDocument/codeAction",
    "textDocument/codeLens",
    "textDocument/inlayHint",
    "textDocument/completion",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/semanticTokens/full",
    "textDocument/semanticTokens/full/delta",
    "textDocument/semanticTokens/range",
    "workspace/textDocumentContent",
    "workspace/executeCommand",
)
COMMANDS = (
    *("runAndExplain", "explainResponse", "explainTarget", "contrastTarget", "clear", "cancel", "chooseCase"),
    *("chooseModel", "chooseMethod", "chooseGranularity", "chooseTarget", "restartEngine"),
)
BAD_PARAMS = (None, 5, "text", [], {}, {"textDocument": None}, {"textDocument": 5})
BAD_POSITIONS = (
    None,
    [],
    {"line": -1, "character": 0},
    {"line": 0, "character": -1},
    {"line": 10**30, "character": 0},
    {"line": "one", "character": None},
    {"line": 0},
)
NO_JSON = (
    b"",
    b"{",
    b"nothing",
    b"\xff\xfe\x00",
    b'{"jsonrpc": "2.0", "id": 1, "method": "a\xff"}',
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"1" * 10_000,
)
NO_MESSAGES: tuple[Any, ...] = (
    *(5, None, "text", [], [[]], {}, {"jsonrpc": "2.0"}, {"jsonrpc": 2}, {"jsonrpc": "2.0", "method": None}),
    *(
        {"jsonrpc": "2.0", "id": 7, "result": {}},
        {"jsonrpc": "2.0", "id": "nobody", "error": 5},
        {"jsonrpc": "2.0", "id": [1]},
    ),
)
BAD_HEADERS = (
    b"Content-Length: abc\r\n\r\n{}",
    b"Content-Length: -5\r\n\r\n{}",
    b"Content-Length: 1\r\n\r\n{}",
    b"Content-Length: 0\r\n\r\n",
    b"content-length: 2\r\n\r\n{}",
    b"Content-Length:2\n\n{}",
    b"Content-Type: text\r\nContent-Length: 2\r\nContent-Type: text\r\n\r\n{}",
    b"Content-Length: 99999999999999999999\r\n\r\n{}",
    b"somebody prints\n",
    b"\r\n\r\n\0\xff",
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareClient]:
    """One server for everybody who sends nonsense."""
    client = BareClient(cache=tmp_path_factory.mktemp("cache"))
    client.initialize()
    yield client
    assert client.leave() == 0
    assert not client.noise
    assert all(len(answers) == 1 for answers in client.answers.values())
    client.end()


@pytest.fixture(scope="module")
def uri(client: BareClient) -> str:
    """An open prompt file."""
    return client.open("untitled:Untitled-1", "Dish: {{ dish }}\n")


def code_of(answer: dict[str, Any]) -> int | None:
    return answer["error"]["code"] if "error" in answer else None


def serves(client: BareClient) -> bool:
    """Whether the server does what it is for, and nobody was shown anything."""
    assert not client.popups
    return bool(client.result("workspace/executeCommand", {"command": "promptSalience.showDebugInformation"}, 2))


@pytest.mark.parametrize("method", REQUESTS)
def test_parameters_of_another_kind_are_refused(client: BareClient, method: str):
    requests = [client.ask(method, params) for params in BAD_PARAMS] + [client.ask(method)]
    assert {code_of(client.answer(request)) for request in requests} <= {INVALID_PARAMS, METHOD_NOT_FOUND}
    assert serves(client)


@pytest.mark.parametrize("position", BAD_POSITIONS)
def test_a_position_that_is_none_is_refused(client: BareClient, uri: str, position: Any):
    asked = {"textDocument": {"uri": uri}, "position": position}
    assert code_of(client.request("textDocument/hover", asked)) == INVALID_PARAMS
    asked = {"textDocument": {"uri": uri}, "range": {"start": position, "end": HERE}}
    assert code_of(client.request("textDocument/inlayHint", asked)) == INVALID_PARAMS


def test_a_position_far_outside_of_the_text_is_answered(client: BareClient, uri: str):
    far = {"line": 2**31 - 1, "character": 2**31 - 1}
    document = {"textDocument": {"uri": uri}}
    assert client.result("textDocument/hover", document | {"position": far}) is None
    backwards = {"start": far, "end": HERE}
    assert client.result("textDocument/inlayHint", document | {"range": backwards}) == []
    assert client.result("textDocument/semanticTokens/range", document | {"range": backwards})["data"] == []


@pytest.mark.parametrize(
    "uri", ["file:///nowhere.j2", "", "not a uri", "http://[", "\ud800", "file://%zz/\0", "x:" * 500]
)
def test_a_document_that_is_not_open_has_nothing(client: BareClient, uri: str):
    document = {"textDocument": {"uri": uri}}
    assert client.result("textDocument/hover", document | {"position": HERE}) is None
    assert client.result("textDocument/codeLens", document) == []
    assert client.result("textDocument/semanticTokens/full", document) is None
    assert client.result("textDocument/definition", document | {"position": HERE}) == []
    assert "text" in client.result("workspace/textDocumentContent", {"uri": uri})


@pytest.mark.parametrize(
    "uri", ["", "not a uri", "http://[.j2", "\ud800.j2", "file://%zz/\0.j2", "file:///\udcff.j2", "x:" * 500]
)
def test_a_document_with_any_name_can_be_opened(client: BareClient, uri: str):
    client.open(uri, "Dish: {{ dish }}\n")
    client.change(uri, 2, "Dish: {{ dish }} \ud83d\n")
    tokens = client.result("textDocument/semanticTokens/full", {"textDocument": {"uri": uri}})
    assert tokens["data"]
    client.close(uri)
    assert client.result("textDocument/semanticTokens/full", {"textDocument": {"uri": uri}}) is None
    assert "Traceback" not in client.logged


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(
    "arguments",
    [
        [5],
        [[]],
        ["file:///nowhere.j2"],
        ["file:///nowhere.j2", {}],
        [{"uri": None, "x": 1}],
        ["\ud800"],
        [True, 1, 2, 3],
    ],
)
def test_arguments_of_commands_that_mean_nothing_are_refused(client: BareClient, name: str, arguments: list[Any]):
    params = {"command": f"promptSalience.{name}", "arguments": arguments}
    answer = client.request("workspace/executeCommand", params)
    assert code_of(answer) in (None, INVALID_PARAMS)
    assert not client.popups


@pytest.mark.parametrize("command", ["promptSalience.unknown", "", "\ud800", "runAndExplain"])
def test_an_unknown_command_is_refused(client: BareClient, command: str):
    assert code_of(client.request("workspace/executeCommand", {"command": command})) == INVALID_PARAMS


@pytest.mark.parametrize(
    "data",
    [
        {"jsonrpc": "2.0", "method": "x"},
        {"jsonrpc": "2.0", "id": 1_000_000, "method": "textDocument/hover", "params": 5},
        {"jsonrpc": "2.0", "id": 1_000_000, "result": None},
        {"jsonrpc": "1.0", "error": {}},
    ],
)
def test_data_that_looks_like_a_message_is_data(client: BareClient, data: dict[str, Any]):
    answer = client.request(
        "workspace/executeCommand", {"command": "promptSalience.showDebugInformation", "arguments": [data, [data]]}
    )
    assert code_of(answer) is None
    assert serves(client)
    assert 1_000_000 not in client.answers


@pytest.mark.parametrize("method", ["unknown", "textDocument/unknown", "$/unknown", "", "\ud800"])
def test_an_unknown_method_is_refused(client: BareClient, method: str):
    assert code_of(client.request(method)) == METHOD_NOT_FOUND
    assert code_of(client.request(method, {"jsonrpc": "2.0", "class": 1, "a b": []})) == METHOD_NOT_FOUND
    client.notify(method)
    assert serves(client)


@pytest.mark.parametrize("method", ["initialized", "textDocument/didOpen", "textDocument/didChange", "$/cancelRequest"])
def test_a_notification_that_asks_for_an_answer_is_refused(client: BareClient, method: str):
    document = {"uri": "untitled:asked.j2", "languageId": "jinja", "version": 1, "text": ""}
    params = {"textDocument": document, "contentChanges": [{"text": ""}], "id": "nobody"}
    assert code_of(client.request(method, params)) == INVALID_REQUEST


@pytest.mark.parametrize("method", ["textDocument/didOpen", "textDocument/didChange", "$/cancelRequest", "$/progress"])
@pytest.mark.parametrize("params", BAD_PARAMS)
def test_a_notification_that_means_nothing_is_ignored(client: BareClient, method: str, params: Any):
    client.notify(method, params)
    assert serves(client)


@pytest.mark.parametrize("request_id", ["text", "\ud800", 10**12, -1, 1.5, [1], {"a": 1}])
def test_any_id_is_answered(client: BareClient, request_id: Any):
    client.send({"jsonrpc": "2.0", "id": request_id, "method": "unknown"})
    assert code_of(client.answer(request_id)) in (METHOD_NOT_FOUND, INVALID_PARAMS)
    assert serves(client)


@pytest.mark.parametrize("jsonrpc", [{}, {"jsonrpc": "1.0"}, {"jsonrpc": None}])
@pytest.mark.parametrize("method", ["textDocument/hover", 5, None, []])
def test_a_request_of_another_protocol_is_refused(client: BareClient, jsonrpc: dict[str, Any], method: Any):
    request = f"{jsonrpc} {method}"
    client.send({**jsonrpc, "id": request, "method": method, "params": NOWHERE})
    assert code_of(client.answer(request)) == INVALID_REQUEST


def test_each_request_of_a_batch_is_refused(client: BareClient):
    batch = [{"jsonrpc": "2.0", "id": f"batch {number}", "method": "textDocument/hover"} for number in range(3)]
    client.send([*batch, {"jsonrpc": "2.0", "method": "initialized"}, 5])
    assert {code_of(client.answer(request["id"])) for request in batch} == {INVALID_REQUEST}
    assert serves(client)


@pytest.mark.parametrize("body", NO_JSON)
def test_what_is_no_json_is_skipped(client: BareClient, body: bytes):
    client.send_body(body)
    assert serves(client)


@pytest.mark.parametrize("message", NO_MESSAGES)
def test_what_is_no_message_is_skipped(client: BareClient, message: Any):
    client.send(message)
    assert serves(client)


@pytest.mark.parametrize("data", BAD_HEADERS)
def test_the_message_after_a_wrong_header_is_read(client: BareClient, data: bytes):
    client.send_bytes(data)
    assert serves(client)


def test_a_header_that_says_too_much_costs_what_it_swallows_and_no_more(client: BareClient):
    client.send_bytes(b"Content-Length: 60\r\n\r\n{}")
    client.send({"jsonrpc": "2.0", "method": "initialized", "params": {"padding": "x" * 60}})
    assert serves(client)


@given(method=st.sampled_from(REQUESTS), params=json_values)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(
    method="textDocument/hover", params={"textDocument": {"uri": "\ud800"}, "position": {"line": 0.5, "character": 1}}
)
def test_any_parameters_are_answered(client: BareClient, method: str, params: Any):
    assert code_of(client.request(method, params)) in (None, INVALID_PARAMS, METHOD_NOT_FOUND)


@given(data=st.binary(max_size=60))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_between_messages_are_skipped(client: BareClient, data: bytes):
    client.send_bytes(data.replace(b"Content-Length", b"") + b"\n")
    assert serves(client)


def test_before_it_is_initialized_a_server_refuses_all_else(tmp_path: Path):
    client = BareClient(cache=tmp_path)
    client.open("untitled:early.j2", "Dish: {{ dish }}")
    for method in (*REQUESTS, "shutdown", "unknown"):
        assert code_of(client.request(method, NOWHERE)) == NOT_INITIALIZED
    client.initialize()
    assert (
        client.request("initialize", {"capabilities": {}, "processId": None, "rootUri": None})["error"]["code"]
        == INVALID_REQUEST
    )
    assert serves(client)
    assert client.leave() == 0
    client.end()


def test_after_it_was_asked_to_shut_down_a_server_refuses_all_else(tmp_path: Path):
    client = BareClient(cache=tmp_path)
    client.initialize()
    requests = [client.ask("shutdown"), *(client.ask(method, NOWHERE) for method in (*REQUESTS, "shutdown"))]
    answers = [code_of(client.answer(request)) for request in requests]
    assert answers == [None] + [INVALID_REQUEST] * (len(requests) - 1)
    client.notify("exit")
    assert client.wait() == 0
    client.end()


@pytest.mark.parametrize("answer", [{"error": {"code": -32601, "message": "No"}}, {}, {"result": 5}, {"error": 5}])
def test_a_client_that_answers_no_question_is_served(tmp_path: Path, answer: dict[str, Any]):
    path = tmp_path / "menu.j2"
    path.write_text("Dish: egg.\n", encoding="utf-8")
    client = BareClient(cache=tmp_path / "cache")
    client.answer_to_all = answer
    client.initialize()
    job = client.command("runAndExplain", client.open(uri_of(path), path.read_text(encoding="utf-8")))
    assert job
    while client.command("showDebugInformation")["jobs"]:
        time.sleep(0.01)
    client.notify("initialized", {})
    assert client.command("explainTarget", uri_of(path), 1) is None
    assert client.leave() == 0
    assert "Traceback" not in client.logged
    client.end()
