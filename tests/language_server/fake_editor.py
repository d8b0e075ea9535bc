"""An editor for tests: opens and edits documents, runs commands, asks for everything, and remembers what it was told.

It drives a server over real standard streams, holds its own text of every document, and fails on what is against the
specification.
"""

from __future__ import annotations

import asyncio
import re
import shlex
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from cattrs import Converter
from lsprotocol import types
from pygls.protocol import default_converter
from pygls.uris import from_fs_path, to_fs_path
from pytest_lsp import LanguageClient, client_capabilities
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

TESTS = Path(__file__).parents[1]
SCRIPTED = (sys.executable, str(TESTS / "scripted_engine_process.py"))
BLAME = ("--blame", "fish", "40", "--blame", "cheese", "30", "--blame", "souffle", "20")
"""What matters to the scripted engine in the prompt of most tests: three lines, of three different levels."""
DEADLINE = 10.0
REFRESHES = (
    types.WORKSPACE_SEMANTIC_TOKENS_REFRESH,
    types.WORKSPACE_CODE_LENS_REFRESH,
    types.WORKSPACE_INLAY_HINT_REFRESH,
)
ENGINE_STATUS = "$/promptSalience/engineStatus"


INFLUENCE = frozenset({"salience", "supporting", "opposing"})


def capabilities(
    *, document_content: bool = False, encoding: types.PositionEncodingKind | None = None
) -> types.ClientCapabilities:
    """What this editor can do: all that VS Code can, and refreshes."""
    offered = client_capabilities("visual-studio-code")
    assert offered.workspace
    assert offered.window
    offered.workspace.inlay_hint = types.InlayHintWorkspaceClientCapabilities(refresh_support=True)
    offered.workspace.semantic_tokens = types.SemanticTokensWorkspaceClientCapabilities(refresh_support=True)
    offered.workspace.code_lens = types.CodeLensWorkspaceClientCapabilities(refresh_support=True)
    offered.window.show_document = types.ShowDocumentClientCapabilities(support=True)
    if encoding:
        offered.general = types.GeneralClientCapabilities(position_encodings=[encoding])
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
        self.asked_to_leave = False
        self.has_room = asyncio.Event()
        self.has_room.set()

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

    def apply(self, edit: types.WorkspaceEdit | None) -> None:
        """Make the changes of an edit, in open documents and in files."""
        assert edit
        for change in edit.document_changes or ():
            if isinstance(change, types.CreateFile):
                path_of(change.uri).touch()
            else:
                assert isinstance(change, types.TextDocumentEdit)
                self._apply(change)

    def _apply(self, change: types.TextDocumentEdit) -> None:
        uri, edits = change.text_document.uri, [edit for edit in change.edits if isinstance(edit, types.TextEdit)]
        assert change.text_document.version == self.versions.get(uri)
        if uri in self.texts:
            self.change(uri, edited(self.texts[uri], edits))
        else:
            path_of(uri).write_text(edited(path_of(uri).read_text(encoding="utf-8"), edits), encoding="utf-8")

    def changed_on_disk(self, *paths: Path) -> None:
        """Say that files were written by somebody else."""
        events = [types.FileEvent(uri_of(path), types.FileChangeType.Changed) for path in paths]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))

    def close(self, uri: str) -> None:
        del self.versions[uri]
        del self.texts[uri]
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(identifier(uri)))

    async def command(self, name: str, *arguments: Any) -> Any:
        params = types.ExecuteCommandParams(f"promptSalience.{name}", list(arguments))
        return await within(self.client.workspace_execute_command_async(params))

    async def execute(self, command: types.Command | None) -> Any:
        """Do what a lens or a code action does."""
        assert command
        return await self.command(command.command.removeprefix("promptSalience."), *command.arguments or ())

    async def said(self, words: str) -> types.ShowMessageParams:
        """The message to the user that has these words."""
        found: list[types.ShowMessageParams] = []
        await eventually(
            lambda: found.extend(one for one in self.client.messages if words in one.message) or found,
            seen=lambda: self.client.messages,
        )
        return found[0]

    async def asked(self, words: str) -> list[str]:
        """What there was to choose from in the question that has these words."""
        await eventually(lambda: any(words in one.message for one in self.questions))
        question = next(one for one in self.questions if words in one.message)
        return [action.title for action in question.actions or ()]

    async def run(self, uri: str, seconds: float = DEADLINE) -> str:
        """Run and explain, and wait until it is done; returns the job's id."""
        job = await self.command("runAndExplain", uri)
        assert job, self.client.messages
        assert (await self.ended(job, seconds)).message == "Done", self.client.messages
        return job

    async def ended(self, job: str, seconds: float = DEADLINE) -> types.WorkDoneProgressEnd:
        """The end of a job's progress."""
        await eventually(lambda: self.ending(job) is not None, seconds)
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

    async def lens(self, uri: str, title: str, number: int = 0) -> types.Command:
        """What the lens does whose title begins so; of several, the one with this number."""
        commands = [lens.command for lens in await self.lenses(uri) if lens.command]
        return [command for command in commands if command.title.startswith(title)][number]

    async def lens_appears(self, uri: str, title: str) -> None:
        """Wait until a lens has this title."""
        await eventually_async(lambda: self._has_lens(uri, title))

    async def _has_lens(self, uri: str, title: str) -> bool:
        return title in await self.titles(uri)

    async def actions(self, uri: str, asked: types.Range, only: Iterable[str] | None = None) -> list[types.CodeAction]:
        wanted = [types.CodeActionKind(kind) for kind in only] if only is not None else None
        context = types.CodeActionContext(self.diagnostics(uri), wanted)
        params = types.CodeActionParams(identifier(uri), asked, context)
        return list(await within(self.client.text_document_code_action_async(params)) or ())

    async def action(self, uri: str, asked: types.Range, title: str) -> types.CodeAction:
        offered = {action.title: action for action in await self.actions(uri, asked)}
        assert title in offered, f"there is only {list(offered)}"
        return offered[title]

    async def fix(self, uri: str, text: str, title: str) -> None:
        """Take the quick fix of this title at a text."""
        self.apply((await self.action(uri, self.span(uri, text), title)).edit)

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

    async def pieces(self, uri: str) -> list[Piece]:
        """Tokens as (text, type, modifiers)."""
        return decoded(self.texts[uri], (await self.tokens(uri)).data, self.legend)

    async def levels(self, uri: str) -> dict[str, int]:
        """Tinted pieces of text with their levels."""
        found: dict[str, int] = {}
        for text, kind, modifiers in await self.pieces(uri):
            if kind in INFLUENCE:
                level = next(int(name[-1]) for name in modifiers if name.startswith("level"))
                found[text] = max(level, found.get(text, 0))
        return found

    async def stale(self, uri: str) -> list[str]:
        """Tinted pieces of text that were edited since they were explained."""
        return [text for text, _, modifiers in await self.pieces(uri) if "stale" in modifiers]

    async def fresh(self, uri: str) -> None:
        """Wait until nothing tinted is older than the text."""
        await eventually_async(lambda: self._fresh(uri))

    async def _fresh(self, uri: str) -> bool:
        return not await self.stale(uri)

    async def response(self, uri: str, words: str = "ended: ") -> str:
        """The text of the file that shows a response, once it has these words."""
        path = path_of(uri)
        await eventually(lambda: path.is_file() and words in path.read_text(encoding="utf-8"))
        return path.read_text(encoding="utf-8")

    async def content(self, uri: str) -> str:
        """The text of a document of the server's own."""
        params = types.TextDocumentContentParams(uri)
        return (await within(self.client.workspace_text_document_content_async(params))).text

    async def open_response(self, words: str = "ended: ") -> str:
        """Open the response that was shown last, once it has these words; returns its URI."""
        await eventually(lambda: self.client.shown_documents)
        uri = self.client.shown_documents[-1].uri
        return self.open(uri, await self.response(uri, words), "markdown")

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

        await eventually(there, seen=lambda: self.client.diagnostics)
        return self.diagnostics(uri)

    def position(self, uri: str, text: str, inside: int = 0) -> types.Position:
        """The position of a text in a document, in UTF-16."""
        return position_at(self.texts[uri], self.texts[uri].index(text) + inside)

    def span(self, uri: str, text: str) -> types.Range:
        start = self.texts[uri].index(text)
        return types.Range(position_at(self.texts[uri], start), position_at(self.texts[uri], start + len(text)))

    async def shut_down(self) -> None:
        """Ask the server to shut down; it ends when the editor does."""
        self.asked_to_leave = True
        await within(self.client.shutdown_async(None))

    async def debug(self) -> dict[str, Any]:
        return as_dict(await self.command("showDebugInformation"))

    async def close_all(self) -> None:
        """Close every document, and see that nothing is left of any."""
        published = {uri for uri in self.texts if self.client.diagnostics.get(uri)}
        for uri in list(self.texts):
            self.close(uri)
        await eventually(lambda: not any(self.diagnostics(uri) for uri in published))
        await eventually_async(self._has_nothing)

    async def _has_nothing(self) -> bool:
        counts = await self.debug()
        return not any(counts[what] for what in ("openDocuments", "promptFiles", "jobs"))


async def started(
    *server_arguments: str,
    given: types.ClientCapabilities | None = None,
    configuration: dict[str, Any] | None = None,
    folders: tuple[Path, ...] = (),
    engine: tuple[str, ...] = SCRIPTED,
    initialization_options: Any = None,
) -> Editor:
    """An editor whose server is initialised."""
    client = LanguageClient(converter_factory=_converter)
    own = types.WINDOW_WORK_DONE_PROGRESS_CREATE
    register_lsp_features(client, {name: take for name, take in DEFAULT_CLIENT_FEATURES.items() if name != own})
    editor = Editor(client)
    _listen(client, editor)
    # Figures without signs are the easier ones to read; the default method is nothing to these tests.
    client.set_configuration({"promptSalience": {"method": "grad_l2"} | (configuration or {})})
    command = ("-m", "prompt_salience", "server", "--engine", shlex.join(engine), *server_arguments)
    await client.start_io(sys.executable, *command)
    editor.server = await within(
        client.initialize_session(
            types.InitializeParams(
                capabilities=given or capabilities(),
                initialization_options=initialization_options,
                workspace_folders=[types.WorkspaceFolder(uri_of(folder), folder.name) for folder in folders],
            )
        )
    )
    return editor


async def ended(editor: Editor) -> None:
    """Shut the server down as the specification says, and see that it went."""
    server = editor.client._server
    if server.returncode is None:
        if not editor.asked_to_leave:
            await editor.shut_down()
        editor.client.exit(None)
        await within(server.wait())
    await editor.client.stop()
    assert server.returncode is not None


def _converter() -> Converter:
    """The converter of lsprotocol, which takes a code action with a command for a command; here it does not."""
    converter = default_converter()

    def read(given: Any, _: type) -> types.Command | types.CodeAction:
        kind = types.Command if isinstance(given.get("command"), str) else types.CodeAction
        return converter.structure(given, kind)

    converter.register_structure_hook(types.Command | types.CodeAction, read)
    return converter


def _listen(client: LanguageClient, editor: Editor) -> None:
    for method in REFRESHES:
        client.feature(method)(_refresher(editor, method))

    @client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
    def asked(params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
        editor.questions.append(params)
        answer = editor.answers.get(params.message)
        return types.MessageActionItem(answer) if answer else None

    @client.feature(types.WINDOW_WORK_DONE_PROGRESS_CREATE)
    async def make_room(params: types.WorkDoneProgressCreateParams) -> None:
        assert params.token not in client.progress_reports, "this token was used before"
        client.progress_reports[params.token] = []
        await editor.has_room.wait()

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


async def eventually(
    condition: Callable[[], Any], seconds: float = DEADLINE, seen: Callable[[], object] = lambda: "nothing to say"
) -> None:
    """Wait until a condition holds; fail after some seconds, with what was ``seen`` instead."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"it did not come true in time: {seen()}"
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


def path_of(uri: str) -> Path:
    found = to_fs_path(uri)
    assert found
    return Path(found)


def lines_of(text: str) -> list[str]:
    """Lines with their ends, as the specification cuts them."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z|\Z", text)


def position_at(text: str, offset: int) -> types.Position:
    before = text[:offset]
    pieces = lines_of(before)
    lines = [piece for piece in pieces if piece.endswith(("\n", "\r"))]
    rest = before[sum(map(len, lines)) :]
    return types.Position(len(lines), len(rest.encode("utf-16-le", "surrogatepass")) // 2)


def offset_at(text: str, position: types.Position) -> int:
    lines = lines_of(text)
    before = lines[position.line].encode("utf-16-le", "surrogatepass")[: position.character * 2]
    return sum(map(len, lines[: position.line])) + len(before.decode("utf-16-le", "surrogatepass"))


def edited(text: str, edits: Iterable[types.TextEdit]) -> str:
    """A text after edits that do not overlap, each in terms of the text before."""
    for edit in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
        text = text[: offset_at(text, edit.range.start)] + edit.new_text + text[offset_at(text, edit.range.end) :]
    return text


def whole(text: str) -> types.Range:
    return types.Range(types.Position(0, 0), position_at(text, len(text)))


Piece = tuple[str, str, tuple[str, ...]]


def decoded(text: str, data: Iterable[int], legend: types.SemanticTokensLegend) -> list[Piece]:
    """Tokens as (text, type, modifiers); fails where one is out of order, overlaps, or leaves its line."""
    rows = [line.rstrip("\r\n").encode("utf-16-le", "surrogatepass") for line in lines_of(text)]
    found, line, start, end = [], 0, 0, 0
    data = list(data)
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
