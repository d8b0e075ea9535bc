"""A stand-in for Kaggle on the loopback interface: the few calls that kagglehub makes for a model.

Decisions:
- Programs are led to it by the environment alone: Kaggle's client is told to ask ``http://localhost``, and a proxy for
  that is named, which this is. So the programs under test run as they are, in whatever process.
- A download is redirected to another host, as Kaggle does, and the files come from there.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

HANDLE = "keras/gemma3/keras/gemma3_instruct_270m"
VERSION = 4
STORAGE = "storage.localhost"
CHUNK = 1 << 14
CONFIG = json.dumps({"class_name": "Gemma3Backbone", "config": {}}).encode()
VARIABLES = ("KAGGLE_API_TOKEN", "KAGGLE_USERNAME", "KAGGLE_KEY", "KAGGLE_CONFIG_DIR", "KAGGLE_KERNEL_RUN_TYPE")


def tiny_preset(weights: int = 300_000) -> dict[str, bytes]:
    """The files of a preset that looks like one."""
    return {
        "config.json": CONFIG,
        "model.weights.h5": bytes(range(256)) * (weights // 256),
        "assets/tokenizer/vocabulary.spm": b"tokens",
    }


@dataclass
class Kaggle:
    """What the stand-in has and does.

    Attributes:
        files: those of the one model there is.
        status: what every call is answered with.
        token: the one that is known; others are refused.
        cut_after: how many bytes of a file come before the link breaks, for the number of times in ``cuts``.
        seconds_per_chunk: how long each piece of a file takes.
        silent: calls that are taken and never answered, and files of which nothing is sent.
        spoilt: files whose checksum is wrong.
        claimed: sizes that are told in place of the true ones.
        asked: every call that came, by its name.
        ranges: where each download of a file began.
    """

    port: int = 0
    files: Mapping[str, bytes] = field(default_factory=tiny_preset)
    status: int = 200
    token: str = "good"
    cut_after: int = 100_000
    cuts: int = 0
    seconds_per_chunk: float = 0.0
    silent: frozenset[str] = frozenset()
    spoilt: frozenset[str] = frozenset()
    claimed: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    ranges: list[tuple[str, int]] = field(default_factory=list)

    def environment(self, folder: Path, token: str | None = "good") -> dict[str, str]:
        """What leads a program here, with a home and a cache of its own."""
        led = {
            "KAGGLE_API_ENVIRONMENT": "LOCALHOST",
            "http_proxy": f"http://127.0.0.1:{self.port}",
            "no_proxy": "",
            "HOME": str(folder / "home"),
            "KAGGLEHUB_CACHE": str(folder / "kagglehub"),
        }
        return led | ({"KAGGLE_API_TOKEN": token} if token else {})

    def cached(self, folder: Path) -> Path:
        """Where its model comes to lie."""
        return folder / "kagglehub" / "models" / HANDLE / str(VERSION)


@contextmanager
def running_kaggle() -> Iterator[Kaggle]:
    kaggle = Kaggle()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(kaggle)) as server:
        kaggle.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield kaggle
        server.shutdown()
        thread.join()


def led_to(monkeypatch: Any, kaggle: Kaggle, folder: Path, token: str | None = "good") -> None:
    """Have this process and those that it starts ask the stand-in."""
    for variable in (*VARIABLES, "NO_PROXY", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    (folder / "home").mkdir(exist_ok=True)
    for variable, value in kaggle.environment(folder, token).items():
        monkeypatch.setenv(variable, value)


def _handler(kaggle: Kaggle) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        served = kaggle

    return Handler


class _Handler(BaseHTTPRequestHandler):
    served: Kaggle

    def do_POST(self) -> None:
        call = urlsplit(self.path).path.rsplit("/", 1)[-1]
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.served.asked.append(call)
        status = self._status()
        if call in self.served.silent:
            self._wait_for_the_end()
        elif status != 200:
            self._answer({"code": status, "message": "refused"}, status)
        elif call == "DownloadModelInstanceVersion":
            self.send_response(302)
            self.send_header("Location", f"http://{STORAGE}/{body['path']}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._answer(self._about(call, body))

    def _status(self) -> int:
        basic = base64.b64encode(f"ada:{self.served.token}".encode()).decode()
        accepted = (None, f"Bearer {self.served.token}", f"Basic {basic}")
        return self.served.status if self.headers.get("Authorization") in accepted else 401

    def _about(self, call: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        if call == "Hello":
            return {"userName": "ada"}
        if call == "GetModelInstance":
            return {"versionNumber": VERSION, "slug": body["instanceSlug"]}
        assert call == "ListModelInstanceVersionFiles"
        sizes = {name: len(data) for name, data in self.served.files.items()} | self.served.claimed
        return {"files": [{"name": name, "size": size} for name, size in sizes.items()], "nextPageToken": ""}

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        assert url.hostname == STORAGE
        assert not self.headers.get("Authorization"), "credentials are for Kaggle only"
        name = unquote(url.path).lstrip("/")
        data = self.served.files[name]
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        self.served.ranges.append((name, start))
        if name in self.served.silent:
            self._wait_for_the_end()
            return
        self.send_response(206 if start else 200)
        digest = hashlib.md5(b"other" if name in self.served.spoilt else data).digest()
        self.send_header("X-Goog-Hash", f"crc32c=AAAAAA==,md5={base64.b64encode(digest).decode()}")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        self._send(data[start:])

    def _send(self, data: bytes) -> None:
        cut = self.served.cuts > 0 and len(data) > self.served.cut_after
        self.served.cuts -= cut
        for begin in range(0, self.served.cut_after if cut else len(data), CHUNK):
            time.sleep(self.served.seconds_per_chunk)
            try:
                self.wfile.write(data[begin : begin + CHUNK])
            except OSError:
                return
        self.close_connection = True

    def _wait_for_the_end(self) -> None:
        """Say nothing until whoever asked is gone."""
        self.rfile.read(1)
        self.close_connection = True

    def _answer(self, content: Mapping[str, Any], status: int = 200) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""
