"""An editor for tests: opens and edits documents, runs commands, asks for everything, and remembers what it was told.

It drives a server over real standard streams, holds its own text of every document, and fails on what is against the
specification.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.uris import from_fs_path
from pytest_lsp import LanguageClient, client_capabilities, make_test_lsp_client

TESTS = Path(__file__).parents[1]
SCRIPTED = (sys.executable, str(TESTS / "scripted_engine_process.py"))
DEADLINE = 10.0
REFRESHES = (
    types.WORKSPACE_SEMANTIC_TOKENS_REFRESH,
    types.WORKSPACE_CODE_LENS_REFRESH,
    types.WORKSPACE_INLAY_HINT_REFRESH,
)
ENGINE_STATUS = "promptSalience/engineStatus"


def capabilities(*, document_content: bool = False) -> types.ClientCapabilities:
    """What this editor can do: all that VS Code can, and refreshes."""
    offered = client_capabilities("visual-studio-code")
    assert offered.workspace
    assert offered.window
    offered.workspace.inlay_hint = types.InlayHintWorkspaceClientCapabilities(refresh_support=True)
    offered.workspace.semantic_tokens = types.SemanticTokensWorkspaceClientCapabilities(refresh_support=True)
    offered.workspace.code_lens = types.CodeLensWorkspaceClientCapabilities(refresh_support=True)
    offered.window.show_document = types.ShowDocumentClientCapabilities(support=True)
    if document_content:
        offered.workspace.text_document_content = types.TextDocumentContentClientCapabilities(dynamic_registration=True)
    return offered


class Editor:
    """One editor with one server."""

    def __init__(self, client: LanguageClient) -> None:
        self.client = client
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.refreshed: list[str] = []
        self.questions: list[types.ShowMessageRequestParams] = []
        self.answers: dict[str, str] = {}
        self.engine: list[Any] = []
        self.content_refreshed: list[str] = []
        self.registered: list[types.Registration] = []

    @property
    def pid(self) -> int:
        """The server process."""
        return self.client._server.pid

    def open(self, uri: str, text: str, language: str = "jinja") -> str:
        self.texts[uri], self.versions[uri] = text, 1
        item = types.TextDocumentItem(uri, language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def open_file(self, path: Path, language: str = "jinja") -> str:
        return self.open(uri_of(path), path.read_text(encoding="utf-8"), language)

    def change(self, uri: str, text: str) -> None:
        self.texts[uri] = text
        self.versions[uri] += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.versions[uri], uri),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    def replace(self, uri: str, old: str, new: str) -> None:
        assert old in self.texts[uri]
        self.change(uri, self.texts[uri].replace(old, new, 1))

    def close(self, uri: str) -> None:
        del self.texts[uri]
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(identifier(uri)))

    async def command(self, name: str, *arguments: Any) -> Any:
        params = types.ExecuteCommandParams(f"promptSalience.{name}", list(arguments))
        return await within(self.client.workspace_execute_command_async(params))

    async def run(self, uri: str) -> str:
        """Run and explain, and wait for the end; returns the job's id."""
        job = await self.command("runAndExplain", uri)
        assert job, self.client.messages
        await self.ended(job)
        return job

    async def ended(self, job: str) -> types.WorkDoneProgressEnd:
        """The end of a job's progress."""
        await eventually(lambda: self.ending(job) is not None)
        ending = self.ending(job)
        assert ending
        return ending

    def ending(self, job: str) -> types.WorkDoneProgressEnd | None:
        reports = self.client.progress_reports.get(job, [])
        return next((report for report in reports if isinstance(report, types.WorkDoneProgressEnd)), None)

    async def hover(self, uri: str, position: types.Position) -> str | None:
        found = await within(self.client.text_document_hover_async(types.HoverParams(identifier(uri), position)))
        return found.contents.value if found else None

    async def lenses(self, uri: str) -> list[types.CodeLens]:
        params = types.CodeLensParams(identifier(uri))
        return list(await within(self.client.text_document_code_lens_async(params)) or ())

    async def titles(self, uri: str) -> list[str]:
        return [lens.command.title for lens in await self.lenses(uri) if lens.command]

    async def actions(self, uri: str, asked: types.Range) -> list[types.CodeAction]:
        params = types.CodeActionParams(identifier(uri), asked, types.CodeActionContext(self.diagnostics(uri)))
        return list(await within(self.client.text_document_code_action_async(params)) or ())

    async def hints(self, uri: str) -> dict[int, str]:
        """Hints by line."""
        params = types.InlayHintParams(identifier(uri), whole(self.texts[uri]))
        found = await within(self.client.text_document_inlay_hint_async(params)) or ()
        return {hint.position.line: str(hint.label) for hint in found}

    async def tokens(self, uri: str) -> types.SemanticTokens:
        params = types.SemanticTokensParams(identifier(uri))
        found = await within(self.client.text_document_semantic_tokens_full_async(params))
        assert found
        return found

    async def levels(self, uri: str) -> dict[str, int]:
        """Tinted pieces of text with their levels."""
        legend = self.legend
        found = {}
        for text, kind, modifiers in decoded(self.texts[uri], (await self.tokens(uri)).data, legend):
            if kind in {"salience", "supporting", "opposing"}:
                level = next(int(name[-1]) for name in modifiers if name.startswith("level"))
                found[text] = max(level, found.get(text, 0))
        return found

    @property
    def legend(self) -> types.SemanticTokensLegend:
        provider = self.server.capabilities.semantic_tokens_provider
        assert provider
        return provider.legend

    server: types.InitializeResult

    def diagnostics(self, uri: str) -> list[types.Diagnostic]:
        return list(self.client.diagnostics.get(uri, ()))

    async def diagnosed(self, uri: str, code: str | None) -> list[types.Diagnostic]:
        """The diagnostics of a document, once one of them has this code; with None, once there are none."""

        def there() -> bool:
            codes = [found.code for found in self.client.diagnostics.get(uri, ())]
            return code in codes if code else uri in self.client.diagnostics and not codes

        await eventually(there)
        return self.diagnostics(uri)

    def position(self, uri: str, text: str, inside: int = 0) -> types.Position:
        """The position of a text in a document, in UTF-16."""
        return position_at(self.texts[uri], self.texts[uri].index(text) + inside)

    def span(self, uri: str, text: str) -> types.Range:
        start = self.texts[uri].index(text)
        return types.Range(position_at(self.texts[uri], start), position_at(self.texts[uri], start + len(text)))

    async def debug(self) -> dict[str, Any]:
        return as_dict(await self.command("showDebugInformation"))


async def started(
    *server_arguments: str,
    given: types.ClientCapabilities | None = None,
    configuration: dict[str, Any] | None = None,
    folders: tuple[Path, ...] = (),
    engine: tuple[str, ...] = SCRIPTED,
) -> Editor:
    """An editor whose server is initialised."""
    client = make_test_lsp_client()
    editor = Editor(client)
    _listen(client, editor)
    client.set_configuration({"promptSalience": configuration or {}})
    command = ("-m", "prompt_salience", "server", "--engine", _quoted(engine), *server_arguments)
    await client.start_io(sys.executable, *command)
    editor.server = await within(
        client.initialize_session(
            types.InitializeParams(
                capabilities=given or capabilities(),
                workspace_folders=[types.WorkspaceFolder(uri_of(folder), folder.name) for folder in folders],
            )
        )
    )
    return editor


async def ended(editor: Editor) -> None:
    """Shut the server down as the specification says, and see that it went."""
    server = editor.client._server
    if server.returncode is None:
        await within(editor.client.shutdown_session())
    await editor.client.stop()
    assert server.returncode is not None


def _quoted(command: tuple[str, ...]) -> str:
    import shlex

    return shlex.join(command)


def _listen(client: LanguageClient, editor: Editor) -> None:
    for method in REFRESHES:
        client.feature(method)(_refresher(editor, method))

    @client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
    def asked(params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
        editor.questions.append(params)
        answer = editor.answers.get(params.message)
        return types.MessageActionItem(answer) if answer else None

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        editor.registered += params.registrations

    @client.feature(types.WORKSPACE_TEXT_DOCUMENT_CONTENT_REFRESH)
    def content(params: types.TextDocumentContentRefreshParams) -> None:
        editor.content_refreshed.append(params.uri)

    @client.feature(ENGINE_STATUS)
    def status(params: Any) -> None:
        editor.engine.append(params)


def _refresher(editor: Editor, method: str) -> Callable[[Any], None]:
    def refresh(_params: Any) -> None:
        editor.refreshed.append(method)

    return refresh


async def within(awaitable: Any, seconds: float = DEADLINE) -> Any:
    """The result, or a failure after some seconds."""
    return await asyncio.wait_for(awaitable, seconds)


async def eventually(condition: Callable[[], Any], seconds: float = DEADLINE) -> None:
    """Wait until a condition holds; fail after some seconds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        await asyncio.sleep(0.005)


async def eventually_async(condition: Callable[[], Any], seconds: float = DEADLINE) -> None:
    """The same for a condition that has to ask."""
    end = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < end, "it did not come true in time"
        await asyncio.sleep(0.02)


def as_dict(given: Any) -> Any:
    """What pygls made objects of, as dictionaries again."""
    if hasattr(given, "_asdict"):
        return {name: as_dict(value) for name, value in given._asdict().items()}
    return given


def identifier(uri: str) -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(uri)


def uri_of(path: Path) -> str:
    found = from_fs_path(str(path))
    assert found
    return found


def lines_of(text: str) -> list[str]:
    """Lines with their ends, as the specification cuts them."""
    import re

    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z|\Z", text)


def position_at(text: str, offset: int) -> types.Position:
    before = text[:offset]
    pieces = lines_of(before)
    lines = [piece for piece in pieces if piece.endswith(("\n", "\r"))]
    rest = before[sum(map(len, lines)) :]
    return types.Position(len(lines), len(rest.encode("utf-16-le", "surrogatepass")) // 2)


def whole(text: str) -> types.Range:
    return types.Range(types.Position(0, 0), position_at(text, len(text)))


def decoded(text: str, data: list[int], legend: types.SemanticTokensLegend) -> list[tuple[str, str, tuple[str, ...]]]:
    """Tokens as (text, type, modifiers); fails where one is out of order, overlaps, or leaves its line."""
    rows = [line.rstrip("\r\n").encode("utf-16-le", "surrogatepass") for line in lines_of(text)]
    found, line, start, end = [], 0, 0, 0
    for index in range(0, len(data), 5):
        down, right, length, kind, bits = data[index : index + 5]
        assert down >= 0
        assert right >= 0
        assert length > 0
        line, start, end = (line + down, right, 0) if down else (line, start + right, end)
        assert start >= end, "tokens overlap"
        end = start + length
        assert end * 2 <= len(rows[line]), "a token leaves its line"
        names = tuple(name for number, name in enumerate(legend.token_modifiers) if bits >> number & 1)
        piece = rows[line][start * 2 : end * 2].decode("utf-16-le", "surrogatepass")
        found.append((piece, legend.token_types[kind], names))
    return found
