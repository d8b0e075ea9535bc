"""A client of a few lines, for what no editor does: it sends any bytes, counts answers, and keeps what the server logs.

It blocks, so that hypothesis can drive it, and reads strictly: whatever is no message of the protocol is kept as noise.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Condition, Thread
from typing import Any, BinaryIO, cast

from fake_editor import SCRIPTED

PATIENCE = 10.0
CAPABILITIES: dict[str, Any] = {
    "workspace": {
        "configuration": True,
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "semanticTokens": {"refreshSupport": True},
        "codeLens": {"refreshSupport": True},
        "inlayHint": {"refreshSupport": True},
    },
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
}
_LEFT_OUT = object()


class BareClient:
    """One server process, and everything that it has said."""

    def __init__(self, engine: Sequence[str] = SCRIPTED, *, cache: Path, settings: Any = None) -> None:
        arguments = ("-m", "prompt_salience", "server", "--engine", shlex.join(engine))
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PROMPT_SALIENCE_CACHE": str(cache)},
        )
        self.settings = settings
        self.choice = ""
        self.answer_to_all: dict[str, Any] | None = None
        self.answers: defaultdict[Any, list[dict[str, Any]]] = defaultdict(list)
        self.questions: list[dict[str, Any]] = []
        self.notices: list[dict[str, Any]] = []
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        self.noise = bytearray()
        self.log = bytearray()
        self._news = Condition()
        self._number = 0
        self._threads = [Thread(target=work, daemon=True) for work in (self._read, self._drain)]
        for thread in self._threads:
            thread.start()

    def initialize(self, **members: Any) -> dict[str, Any]:
        """Begin as the specification says; returns what the server can do."""
        params = {"processId": None, "rootUri": None, "capabilities": CAPABILITIES, **members}
        answer = self.request("initialize", params)
        self.notify("initialized", {})
        return cast("dict[str, Any]", answer["result"]["capabilities"])

    def send_bytes(self, data: bytes) -> None:
        stream = cast("BinaryIO", self.process.stdin)
        stream.write(data)
        stream.flush()

    def send_body(self, body: bytes) -> None:
        self.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def send(self, message: Any) -> None:
        self.send_body(json.dumps(message).encode())

    def notify(self, method: str, params: Any = _LEFT_OUT) -> None:
        self.send({"jsonrpc": "2.0", "method": method} | _given(params))

    def ask(self, method: str, params: Any = _LEFT_OUT) -> int:
        """Send a request, and do not wait for its answer; returns its id."""
        self._number += 1
        self.send({"jsonrpc": "2.0", "id": self._number, "method": method} | _given(params))
        return self._number

    def answer(self, request_id: Any, within: float = PATIENCE) -> dict[str, Any]:
        """The answer to a request, once it is there."""
        key = _key(request_id)
        self.eventually(lambda: self.answers[key], within)
        return self.answers[key][0]

    def request(self, method: str, params: Any = _LEFT_OUT, within: float = PATIENCE) -> dict[str, Any]:
        return self.answer(self.ask(method, params), within)

    def result(self, method: str, params: Any = _LEFT_OUT, within: float = PATIENCE) -> Any:
        """What a request gives, which must not be an error."""
        answer = self.request(method, params, within)
        assert "error" not in answer, answer
        return answer["result"]

    def command(self, name: str, *arguments: Any) -> Any:
        return self.result(
            "workspace/executeCommand", {"command": f"promptSalience.{name}", "arguments": list(arguments)}
        )

    def open(self, uri: str, text: str, language: str = "jinja") -> str:
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return uri

    def change(self, uri: str, version: int, text: str) -> None:
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def close(self, uri: str) -> None:
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def eventually(self, holds: Callable[[], Any], within: float = PATIENCE) -> None:
        """Wait until something that the server says makes it so."""
        with self._news:
            assert self._news.wait_for(holds, within), f"it did not come true in time\n{self.logged[-4000:]}"

    @property
    def logged(self) -> str:
        return self.log.decode("utf-8", "backslashreplace")

    def assert_answered_once(self) -> None:
        """Every request had its answer, and no more than one."""
        assert {key: len(found) for key, found in self.answers.items() if found} == dict.fromkeys(
            range(1, self._number + 1), 1
        )

    @property
    def popups(self) -> list[str]:
        """What the user was shown."""
        shown = [*self.notices, *self.questions]
        return [one["params"]["message"] for one in shown if str(one["method"]).startswith("window/showMessage")]

    def endings(self, job: str) -> list[str]:
        """How a job's progress ended."""
        values = [
            notice["params"]["value"]
            for notice in self.notices
            if notice["method"] == "$/progress" and notice["params"]["token"] == job
        ]
        return [value["message"] for value in values if value["kind"] == "end"]

    @property
    def engine_statuses(self) -> list[dict[str, Any]]:
        return [one["params"] for one in self.notices if one["method"] == "$/promptSalience/engineStatus"]

    @property
    def engine_states(self) -> list[str]:
        return [status["state"] for status in self.engine_statuses]

    @property
    def engines(self) -> set[int]:
        """The processes of all engines that the server told of."""
        return {status["pid"] for status in self.engine_statuses if status["pid"]}

    def run(self, uri: str) -> str:
        """Run and explain to the end; returns the job's id."""
        job = self.command("runAndExplain", uri)
        assert job, self.popups
        self.eventually(lambda: self.endings(job))
        return str(job)

    def leave(self) -> int:
        """End as the specification says; returns the exit code."""
        self.request("shutdown")
        self.notify("exit")
        return self.wait()

    def wait(self, within: float = PATIENCE) -> int:
        """The exit code, and all that was written before the end."""
        code = self.process.wait(within)
        for thread in self._threads:
            thread.join(within)
        return code

    def end(self) -> None:
        """End the process if it has not ended, and let go of its streams."""
        self.process.kill()
        self.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            with_stream = cast("BinaryIO", stream)
            try:
                with_stream.close()
            except BrokenPipeError:
                continue

    def _read(self) -> None:
        stream = cast("BinaryIO", self.process.stdout)
        while (body := self._body(stream)) is not None:
            message = json.loads(body)
            with self._news:
                self._take(message)
                self._news.notify_all()

    def _body(self, stream: BinaryIO) -> bytes | None:
        length = None
        while line := stream.readline():
            name, _, value = line.partition(b":")
            if name == b"Content-Length":
                length = int(value)
            elif line == b"\r\n" and length is not None:
                return stream.read(length)
            elif name != b"Content-Type":
                self.noise += line
        return None

    def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            self.answers[_key(message["id"])].append(message)
        elif "id" in message:
            self.questions.append(message)
            self._respond(message)
        else:
            self.notices.append(message)
            if message["method"] == "textDocument/publishDiagnostics":
                self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]

    def _respond(self, question: dict[str, Any]) -> None:
        result: Any = None
        if question["method"] == "workspace/configuration":
            result = [self.settings for _ in question["params"]["items"]]
        elif question["method"] == "window/showDocument":
            result = {"success": True}
        elif question["method"] == "window/showMessageRequest" and self.choice:
            result = {"title": self.choice}
        try:
            answer = {"result": result} if self.answer_to_all is None else self.answer_to_all
            self.send({"jsonrpc": "2.0", "id": question["id"]} | answer)
        except (BrokenPipeError, ValueError):
            # The server is gone, or this client is about to go.
            return

    def _drain(self) -> None:
        stream = cast("BinaryIO", self.process.stderr)
        while block := stream.read1(1 << 16):  # type: ignore[attr-defined]
            self.log += block


def _key(request_id: Any) -> int | str:
    """An id by which an answer can be found, whatever it is."""
    return request_id if isinstance(request_id, int) else json.dumps(request_id)


def _given(params: Any) -> dict[str, Any]:
    return {} if params is _LEFT_OUT else {"params": params}
