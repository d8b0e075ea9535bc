"""How fast the language server answers: what the README's figures of the editor come from.

A client over real standard streams asks as an editor does. Two settings:

- A template of 2,000 lines with an explanation, in which words are typed here and there, several letters a second. The
  engine is busy all the time: a run for another document never ends, and a process uses a whole core, as a model would.
  It is a scripted one, because no model on this machine reads a prompt that long; what is measured is the server.
- A sample of about 300 tokens and the embedded model: from asking for a run to the first progress, and from a keystroke
  to the explanation that follows it, pause included.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import re
import shlex
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "samples" / "menu" / "1-mistake.j2"
SCRIPTED_ENGINE = (sys.executable, str(ROOT / "tests" / "scripted_engine_process.py"))
REAL_ENGINE = (sys.executable, "-P", "-m", "prompt_salience.engine")
LINES = 2_000
PATIENCE = 60
WORD = 10
"""Letters that are typed in one place before the next."""
ENDLESS = "Once upon a time"
BURN = "while True: pass"
SCORES_REFRESHED = types.WORKSPACE_INLAY_HINT_REFRESH
"""Only new scores ask for new hints; tokens are also asked for anew after each analysis."""


BUSY_ENGINE = (
    *(*SCRIPTED_ENGINE, "--context-length", "1000000", "--response", "Yes. No.", "--seconds-per-token", "0.1"),
    *("--blame", "brief", "5", "--blame", "nuts", "3", "--response-when", ENDLESS, "and so on " * 5000),
)


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    what: str
    measured: str
    goal: str


class Client(LanguageClient):
    """A client that keeps its server's standard error from filling up."""

    def __init__(self) -> None:
        super().__init__("benchmark", "1")

    async def drain(self) -> None:
        """Read what the server logs, until it ends."""
        assert self._server
        assert self._server.stderr
        while await self._server.stderr.readline():
            pass

    async def gone(self) -> None:
        """Wait until the server has ended."""
        assert self._server
        await self._server.wait()


@dataclass
class Editor:
    """A client that remembers what it needs to know."""

    client: Client
    versions: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    progressed: dict[Any, list[tuple[float, Any]]] = field(default_factory=dict)
    refreshes: int = 0
    tinted: dict[str, list[tuple[float, int]]] = field(default_factory=dict)
    """When a document was tinted, and which version of it, for a client that draws by itself."""

    def open(self, uri: str, text: str) -> None:
        """Open a document."""
        self.versions[uri], self.texts[uri] = 1, text
        item = types.TextDocumentItem(uri, "jinja", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, uri: str, text: str) -> None:
        """Replace the text of a document."""
        self.versions[uri] += 1
        self.texts[uri] = text
        document = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    async def run(self, uri: str) -> str:
        """Ask for a run; returns the job's id."""
        params = types.ExecuteCommandParams("promptSalience.runAndExplain", [uri])
        return str(await self.client.workspace_execute_command_async(params))

    async def ended(self, job: str) -> None:
        """Wait for the end of a job."""
        async with asyncio.timeout(PATIENCE):
            while not any(value["kind"] == "end" for _, value in self.progressed.get(job, ())):
                await asyncio.sleep(0.005)


@asynccontextmanager
async def editor_of(engine: tuple[str, ...], *, draws: bool = False) -> AsyncIterator[Editor]:
    """An editor with a server that is initialised; one that ``draws`` is told tints, as VS Code is."""
    client = Client()
    editor = Editor(client)
    _listen(editor)
    command = ("-m", "prompt_salience", "server", "--log-level", "error", "--engine", shlex.join(engine))
    await client.start_io(sys.executable, *command)
    drain = asyncio.create_task(client.drain())
    refresh = types.InlayHintWorkspaceClientCapabilities(refresh_support=True)
    await client.initialize_async(
        types.InitializeParams(
            capabilities=types.ClientCapabilities(
                workspace=types.WorkspaceClientCapabilities(inlay_hint=refresh),
                window=types.WindowClientCapabilities(work_done_progress=True),
                experimental={"promptSalience": {"tints": draws}},
            ),
            initialization_options={"inlayHints": {"threshold": 0.0}, "live": "explain"},
        )
    )
    client.initialized(types.InitializedParams())
    try:
        yield editor
    finally:
        await client.shutdown_async(None)
        client.exit(None)
        await client.gone()
        drain.cancel()
        await client.stop()


def _listen(editor: Editor) -> None:
    @editor.client.feature(types.WINDOW_WORK_DONE_PROGRESS_CREATE)
    def create(_params: types.WorkDoneProgressCreateParams) -> None:
        """Any token will do."""

    @editor.client.feature(types.PROGRESS)
    def progress(params: types.ProgressParams) -> None:
        editor.progressed.setdefault(params.token, []).append((time.perf_counter(), params.value))

    @editor.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    @editor.client.feature("$/promptSalience/engineStatus")
    @editor.client.feature("$/promptSalience/prompt")
    def ignored(_params: Any) -> None:
        """Not of interest here."""

    @editor.client.feature("$/promptSalience/tints")
    def tinted(params: Any) -> None:
        editor.tinted.setdefault(params.uri, []).append((time.perf_counter(), params.version))

    @editor.client.feature(SCORES_REFRESHED)
    def refreshed(_params: None) -> None:
        editor.refreshes += 1


async def start_to_initialised(repeats: int) -> Figure:
    """From starting the process to its answer to ``initialize``."""
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        async with editor_of(SCRIPTED_ENGINE):
            times.append(time.perf_counter() - started)
    return Figure("server start to initialised", milliseconds(median(times)), "1,000 ms")


def large_template() -> str:
    """A prompt of 2,000 lines, one in ten with an expression."""
    rules = "- Rule {}: be brief, and be clear about what a guest with a restriction can eat."
    notes = "Note {} about {{{{ guest }}}}: likes fish. Avoids nuts, and {{{{ dish|lower }}}} too."
    values = '{% set guest = "Ada" %}{% set dish = "Soup" %}'
    lines = [(notes if number % 10 == 0 else rules).format(number) for number in range(1, LINES)]
    return "\n".join([values, *lines]) + "\n"


async def while_busy(edits: int) -> list[Figure]:
    """Answers about a large template while the engine is busy."""
    async with editor_of(BUSY_ENGINE) as editor:
        large = "file:///benchmark/large.j2"
        editor.open(large, large_template())
        await editor.ended(await editor.run(large))
        await _occupy(editor)
        burner = subprocess.Popen([sys.executable, "-c", BURN])
        try:
            times = await _typing(editor, large, edits)
        finally:
            burner.kill()
        debug = await _debug(editor)
    goals = {types.TEXT_DOCUMENT_DID_CHANGE: "10 ms"}
    figures = [
        Figure(
            f"{name}, p95 (median {milliseconds(median(taken))})", milliseconds(p95(taken)), goals.get(name, "50 ms")
        )
        for name, taken in times.items()
    ]
    return [*figures, Figure("longest turn of the event loop", f"{debug['longestTurnMs']:.0f} ms", "100 ms")]


async def drawn_while_busy(edits: int) -> list[Figure]:
    """Tints of the same template, as VS Code is told them."""
    async with editor_of(BUSY_ENGINE, draws=True) as editor:
        large = "file:///benchmark/large.j2"
        editor.open(large, large_template())
        await editor.ended(await editor.run(large))
        await _occupy(editor)
        burner = subprocess.Popen([sys.executable, "-c", BURN])
        try:
            typed = [await _tinted_after_edit(editor, large, number) for number in range(edits)]
        finally:
            burner.kill()
        debug = await _debug(editor)
    return [
        Figure(f"keystroke to tints, p95 (median {milliseconds(median(typed))})", milliseconds(p95(typed)), "100 ms"),
        Figure("longest turn of the event loop with them", f"{debug['longestTurnMs']:.0f} ms", "100 ms"),
    ]


async def _tinted_after_edit(editor: Editor, uri: str, number: int) -> float:
    await asyncio.sleep(0.1)
    started = time.perf_counter()
    editor.change(uri, _edited(editor.texts[uri], 30 + number // WORD * 377 % (LINES - 60)))
    return await _tinted(editor, uri, started)


async def _tinted_after_choice(editor: Editor, uri: str, number: int) -> float:
    await asyncio.sleep(0.1)
    started = time.perf_counter()
    params = types.ExecuteCommandParams("promptSalience.explainTarget", [uri, 1 + number % 2])
    await editor.client.workspace_execute_command_async(params)
    return await _tinted(editor, uri, started)


async def _tinted(editor: Editor, uri: str, since: float) -> float:
    """How long after ``since`` the text as it is now was tinted."""
    async with asyncio.timeout(PATIENCE):
        while not (known := [when for when, version in editor.tinted.get(uri, ()) if when > since
                             and version == editor.versions[uri]]):  # fmt: skip
            await asyncio.sleep(0.001)
    return known[0] - since


async def _occupy(editor: Editor) -> None:
    """Have the engine work on something that does not end."""
    other = "file:///benchmark/other.j2"
    editor.open(other, ENDLESS)
    await editor.run(other)


async def _debug(editor: Editor) -> Any:
    params = types.ExecuteCommandParams("promptSalience.showDebugInformation", [])
    return await editor.client.workspace_execute_command_async(params)


async def _typing(editor: Editor, uri: str, edits: int) -> dict[str, list[float]]:
    """Times of all answers, with an edit somewhere before each round."""
    times: dict[str, list[float]] = {}
    result_id = ""
    for number in range(edits):
        result_id = await _round(editor, uri, number, result_id, times)
        await asyncio.sleep(0.1)
    return times


async def _round(editor: Editor, uri: str, number: int, result_id: str, times: dict[str, list[float]]) -> str:
    """What an editor asks for after an edit; returns the id of the tokens that it has by then."""
    client, document = editor.client, types.TextDocumentIdentifier(uri)
    line = 30 + number // WORD * 377 % (LINES - 60)

    async def timed(what: str, answer: Awaitable[Any]) -> Any:
        started = time.perf_counter()
        result = await answer
        times.setdefault(what, []).append(time.perf_counter() - started)
        return result

    text = _edited(editor.texts[uri], line)
    await timed(types.TEXT_DOCUMENT_DID_CHANGE, _changed(editor, uri, text))
    previous = types.SemanticTokensDeltaParams(document, result_id)
    delta = client.text_document_semantic_tokens_full_delta_async(previous)
    tokens = await timed(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, delta)
    hover = types.HoverParams(document, types.Position(line, 5))
    await timed(types.TEXT_DOCUMENT_HOVER, client.text_document_hover_async(hover))
    lenses = client.text_document_code_lens_async(types.CodeLensParams(document))
    await timed(types.TEXT_DOCUMENT_CODE_LENS, lenses)
    seen = types.Range(types.Position(line - 30, 0), types.Position(line + 30, 0))
    hints = client.text_document_inlay_hint_async(types.InlayHintParams(document, seen))
    await timed(types.TEXT_DOCUMENT_INLAY_HINT, hints)
    full = client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document))
    tokens = await timed(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, full)
    return str(tokens.result_id)


def _edited(text: str, line: int) -> str:
    lines = text.split("\n")
    lines[line] += "x"
    return "\n".join(lines)


async def _changed(editor: Editor, uri: str, text: str) -> None:
    """Send an edit and the cheapest of questions: when that is answered, the edit has been taken."""
    editor.change(uri, text)
    await editor.client.text_document_hover_async(types.HoverParams(_NOBODY, types.Position(0, 0)))


_NOBODY = types.TextDocumentIdentifier("file:///benchmark/nobody")


async def embedded_model(keystrokes: int) -> list[Figure]:
    """Progress and refreshed explanations with the embedded model."""
    async with editor_of(REAL_ENGINE, draws=True) as editor:
        uri = "file:///benchmark/menu.prompty"
        editor.open(uri, _sample())
        cold = await _first_progress(editor, uri)
        warm = [await _first_progress(editor, uri) for _ in range(5)]
        chosen = [await _tinted_after_choice(editor, uri, number) for number in range(keystrokes)]
        follows = [await _follow(editor, uri, number) for number in range(keystrokes)]
    return [
        Figure("run asked for to first progress, engine not started", milliseconds(cold), "200 ms"),
        Figure("run asked for to first progress", milliseconds(median(warm)), "200 ms"),
        Figure("part of the response chosen to tints, p95", milliseconds(p95(chosen)), "100 ms"),
        Figure("keystroke to refreshed explanation, median", milliseconds(median(follows[3:])), "400 ms"),
        Figure("keystroke to refreshed explanation, p95", milliseconds(p95(follows[3:])), ""),
    ]


def _sample() -> str:
    """The sample with its values in it."""
    values = "inputs:\n  likes: cheese\n  avoids: cannot eat eggs\n  dish: Cheese souffle\n"
    return f"---\nname: Menu\n{values}---\n{SAMPLE.read_text(encoding='utf-8')}"


async def _first_progress(editor: Editor, uri: str) -> float:
    started = time.perf_counter()
    job = await editor.run(uri)
    await editor.ended(job)
    return editor.progressed[job][0][0] - started


async def _follow(editor: Editor, uri: str, number: int) -> float:
    """From an edit to the request to show new scores."""
    await asyncio.sleep(0.3)
    before = editor.refreshes
    started = time.perf_counter()
    words = "for a guest." if number % 2 else "for one guest."
    editor.change(uri, re.sub(r"for (a|one) guest\.", words, editor.texts[uri], count=1))
    async with asyncio.timeout(PATIENCE):
        while editor.refreshes == before:
            await asyncio.sleep(0.001)
    return time.perf_counter() - started


def p95(times: list[float]) -> float:
    """The time that one in twenty exceeds."""
    return quantiles(times, n=20)[-1]


def milliseconds(seconds: float) -> str:
    """A time as people read it."""
    return f"{seconds * 1000:,.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"


async def figures(edits: int, keystrokes: int) -> list[Figure]:
    """The table."""
    return [
        await start_to_initialised(5),
        *await while_busy(edits),
        *await drawn_while_busy(edits),
        *await embedded_model(keystrokes),
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--edits", type=int, default=100, help="edits of the large template (default: 100)")
    parser.add_argument("--keystrokes", type=int, default=30, help="edits with the embedded model (default: 30)")
    options = parser.parse_args()
    for figure in asyncio.run(figures(options.edits, options.keystrokes)):
        goal = f"   goal: {figure.goal}" if figure.goal else ""
        print(f"{figure.what:<62}{figure.measured:>10}{goal}", flush=True)
    print(f"\n{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")


if __name__ == "__main__":
    main()
