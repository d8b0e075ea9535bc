"""The scripted engine as a process, served by the real loop, and ill-behaved where a test asks for it.

Run it as a program; ``scripted_command`` is how. It takes any model name. What it does wrong is said by arguments, and
with ``--times`` only so often, counted in a file, so that a process that is started again behaves.
"""

from __future__ import annotations

import argparse
import builtins
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO

from prompt_salience.engine import serving
from prompt_salience.engine_client import protocol
from prompt_salience.engine_client.protocol import (
    AblateRequest,
    Completion,
    ContextOverflowError,
    Engine,
    ExplainRequest,
    Progress,
    SamplingSettings,
    Token,
    TokenScores,
    no_progress,
)
from prompt_salience.engine_client.wire import ModelAddress
from prompt_salience.standard_streams import take_link
from scripted_engine import ScriptedEngine

STATES = ("loading", "tokenizing", "generating", "explaining", "measuring")
FLOOD = b"E0000 00:00:00.000000 a library says something that nobody wants to know\n" * 1000
GARBAGE = b"WARNING: no newline here Content-Length: 5000\r\n\r\nand \xff\xfe bytes, Content-Le"
BLANK_ID = 3


def scripted_command(*arguments: object) -> tuple[str, ...]:
    """The command of a scripted engine process, such as ``scripted_command("--die-when", "explaining")``."""
    return sys.executable, __file__, *map(str, arguments)


def arguments_of(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--response", help="what is written after any prompt")
    parser.add_argument(
        "--response-when", nargs=2, action="append", default=[], metavar=("TEXT", "RESPONSE"),
        help="what is written after a prompt that has the words of TEXT in a row; the first that fits counts",
    )  # fmt: skip
    parser.add_argument(
        "--missing", nargs=2, action="append", default=[], metavar=("WORD", "NATS"),
        help="by how much every token is less likely where the word is nowhere before it",
    )  # fmt: skip
    parser.add_argument("--blame", nargs=2, action="append", default=[], metavar=("WORD", "SCORE"))
    parser.add_argument("--context-length", type=int, default=4096)
    parser.add_argument("--layers", type=int, default=4, help="how many steps loading and explaining take")
    parser.add_argument("--seconds-per-token", type=float, default=0.0)
    parser.add_argument("--seconds-per-layer", type=float, default=0.0)
    parser.add_argument("--seconds-to-load", type=float, default=0.0)
    parser.add_argument("--flood-stderr", action="store_true", help="write to standard error without end")
    parser.add_argument("--say", help="a line for standard error at the start")
    parser.add_argument("--garbage-on-stdout", action="store_true", help="write nonsense before each message")
    parser.add_argument("--broken-message", action="store_true", help="send a message that is no JSON as the third")
    parser.add_argument("--never-answer", action="store_true")
    parser.add_argument("--late", type=float, default=0.0, help="seconds that each message waits before it is sent")
    parser.add_argument("--stubborn", action="store_true", help="ignore everything but SIGKILL")
    parser.add_argument("--version", type=int, help="another version of the protocol to claim")
    parser.add_argument("--die-when", choices=(*STATES, "always"))
    parser.add_argument("--exit-code", type=int, help="die with it, and not by SIGKILL")
    parser.add_argument("--hang-when", choices=STATES, help="never come back, as in a compilation without end")
    parser.add_argument("--raise-when", nargs=2, metavar=("STATE", "ERROR"), help="an error by the name of its class")
    parser.add_argument("--times", type=int, help="how often to die or hang")
    parser.add_argument("--count-in", type=Path, help="the file that counts it")
    return parser.parse_args(given)


class Misdeeds:
    """What goes wrong in which state."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._arguments = arguments

    def at(self, state: str) -> None:
        """Do what was asked for in this state."""
        if self._arguments.raise_when and self._arguments.raise_when[0] == state:
            raise _error(self._arguments.raise_when[1])
        if self._arguments.die_when == state and self._once_more():
            self._die()
        if self._arguments.hang_when == state and self._once_more():
            time.sleep(3600)

    def _once_more(self) -> bool:
        if self._arguments.times is None:
            return True
        counter: Path = self._arguments.count_in
        counter.touch()
        counter.write_text(counter.read_text() + ".")
        return len(counter.read_text()) <= self._arguments.times

    def _die(self) -> None:
        if self._arguments.exit_code is not None:
            os._exit(self._arguments.exit_code)
        os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(3600)


def _error(name: str) -> Exception:
    if name == ContextOverflowError.__name__:
        return ContextOverflowError(5000, 4096, "The text has")
    if name == "XlaRuntimeError":
        return RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 5 bytes.")
    kind: type[Exception] = getattr(protocol, name, None) or getattr(builtins, name)
    return kind(f"raised {name}")


@dataclass
class SlowEngine:
    """The scripted engine, at a speed and with faults that can be chosen."""

    inner: ScriptedEngine
    arguments: argparse.Namespace
    misdeeds: Misdeeds

    @property
    def info(self) -> protocol.ModelInfo:
        return self.inner.info

    def tokenize(self, text: str, *, start: bool) -> tuple[Token, ...]:
        self.misdeeds.at("tokenizing")
        return self.inner.tokenize(text, start=start)

    def generate(
        self, token_ids: Sequence[int], settings: SamplingSettings, progress: Progress = no_progress
    ) -> Iterator[Completion]:
        self.inner.response = self._response(token_ids)
        for count, completion in enumerate(self.inner.generate(token_ids, settings, progress)):
            time.sleep(self.arguments.seconds_per_token)
            if count == 2:
                self.misdeeds.at("generating")
            yield completion

    def explain(self, request: ExplainRequest, progress: Progress = no_progress) -> TokenScores:
        for layer in range(self.arguments.layers):
            progress("reading", layer, self.arguments.layers)
            time.sleep(self.arguments.seconds_per_layer)
        self.misdeeds.at("explaining")
        return self.inner.explain(request, progress)

    def log_probs(self, token_ids: Sequence[int]) -> Any:
        self.misdeeds.at("measuring")
        words = [(self.inner.tokenize(word, start=False)[0].id, nats) for word, nats in self.arguments.missing]
        return self.inner.log_probs(token_ids) - sum(float(nats) for word, nats in words if word not in token_ids)

    def ablated(self, request: AblateRequest, progress: Progress = no_progress) -> Any:
        self.misdeeds.at("explaining")
        return self.inner.ablated(request, progress)

    def _response(self, token_ids: Sequence[int]) -> str:
        for text, response in self.arguments.response_when:
            if _has(token_ids, [token.id for token in self.inner.tokenize(text, start=False)]):
                return response
        return self.arguments.response or ScriptedEngine().response


def _has(ids: Sequence[int], wanted: Sequence[int]) -> bool:
    """Whether some tokens come in a row, blanks aside. A process that was started anew knows no texts, only ids."""
    ids, wanted = ([token_id for token_id in some if token_id != BLANK_ID] for some in (ids, wanted))
    return any(ids[start : start + len(wanted)] == wanted for start in range(len(ids) - len(wanted) + 1))


def loader(arguments: argparse.Namespace, misdeeds: Misdeeds) -> serving.LoadModel:
    blame = {word: float(score) for word, score in arguments.blame}

    def load(model: ModelAddress, progress: Progress) -> Engine:
        for step in range(arguments.layers):
            progress("loading", step, arguments.layers)
            time.sleep(arguments.seconds_to_load / arguments.layers)
        misdeeds.at("loading")
        inner = ScriptedEngine(blame=blame, context_length=arguments.context_length, name=model.name)
        return SlowEngine(inner, arguments, misdeeds)

    return load


class BadLink:
    """The sending end of a link, with whatever was asked for in the way."""

    def __init__(self, link: BinaryIO, arguments: argparse.Namespace) -> None:
        self._link, self._arguments, self._count = link, arguments, 0

    def write(self, data: bytes) -> int:
        self._count += 1
        time.sleep(self._arguments.late)
        if self._arguments.garbage_on_stdout:
            self._link.write(GARBAGE)
            print("printed by a library", end="")  # noqa: T201 - as libraries do.
        if self._arguments.broken_message and self._count == 3:
            self._link.write(b'Content-Length: 8\r\n\r\n{"a": b}')
        return len(data) if self._arguments.never_answer else self._link.write(data)

    def flush(self) -> None:
        self._link.flush()


def _flood() -> None:
    while True:
        os.write(2, FLOOD)


def _refuse_to_end() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(3600)


def main() -> None:
    arguments = arguments_of()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    receiving, sending = take_link()
    misdeeds = Misdeeds(arguments)
    misdeeds.at("always")
    if arguments.say:
        sys.stderr.write(f"{arguments.say}\n")
    if arguments.flood_stderr:
        Thread(target=_flood, daemon=True).start()
    if arguments.version is not None:
        serving.PROTOCOL_VERSION = arguments.version
    end = {"end": _refuse_to_end} if arguments.stubborn else {}
    if arguments.stubborn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    serving.Serving(loader(arguments, misdeeds), receiving, BadLink(sending, arguments), **end).run()


if __name__ == "__main__":
    main()
