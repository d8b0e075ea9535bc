"""A client that draws by itself: tints, the state of each prompt, options, and the explorer's data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from fake_editor import BLAME, INFLUENCE, SCRIPTED, Editor, capabilities, decoded, eventually
from lsprotocol import types
from pygls.exceptions import JsonRpcException

Start = Callable[..., Awaitable[Editor]]
FAULTY = "Guest likes: fish"


def drawing() -> types.ClientCapabilities:
    given = capabilities(document_content=True)
    given.experimental = {"promptSalience": {"tints": True}}
    return given


class Drawing:
    """An editor that draws, and what it was told last of each document."""

    def __init__(self, editor: Editor) -> None:
        self.editor = editor
        self.tints: dict[str, Any] = {}
        self.prompts: list[Any] = []

        @editor.client.feature("$/promptSalience/tints")
        def tints(params: Any) -> None:
            self.tints[params.uri] = params

        @editor.client.feature("$/promptSalience/prompt")
        def prompt(params: Any) -> None:
            self.prompts.append(params)

    def levels(self, uri: str) -> dict[str, int]:
        told = self.tints.get(uri)
        if told is None or told.version != self.editor.versions[uri]:
            return {}
        pieces = decoded(self.editor.texts[uri], told.data, self.editor.legend)
        return {text: int(modifiers[0][-1]) for text, _, modifiers in pieces}

    def stale(self, uri: str) -> list[str]:
        pieces = decoded(self.editor.texts[uri], self.tints[uri].data, self.editor.legend)
        return [text for text, _, modifiers in pieces if "stale" in modifiers]

    async def ask(self, method: str, **params: Any) -> Any:
        return await self.editor.client.protocol.send_request_async(f"promptSalience/{method}", params)

    async def open_response(self) -> str:
        """Open the response's document, as an editor does that is told of new content."""
        await eventually(lambda: self.prompts and self.prompts[-1].response)
        uri = self.prompts[-1].response
        return self.editor.open(uri, await self.editor.content(uri), "prompt-salience-response")


@pytest.fixture
async def draw(start: Start) -> Drawing:
    return Drawing(await start(given=drawing(), engine=(*SCRIPTED, *BLAME)))


async def test_tints_come_with_the_explanation_and_tokens_show_syntax_alone(draw: Drawing, menu: Path):
    uri = draw.editor.open_file(menu)
    await draw.editor.run(uri)
    await eventually(lambda: draw.levels(uri).get(FAULTY) == 5, seen=lambda: draw.tints)
    kinds = {kind for _, kind, _ in await draw.editor.pieces(uri)}
    assert kinds
    assert not kinds & INFLUENCE


async def test_a_client_that_does_not_draw_is_told_nothing_of_it(start: Start, menu: Path):
    drawn = Drawing(await start(engine=(*SCRIPTED, *BLAME)))
    uri = drawn.editor.open_file(menu)
    await drawn.editor.run(uri)
    assert await drawn.editor.levels(uri)
    assert not drawn.tints
    assert not drawn.prompts


@pytest.mark.parametrize(("tint", "in_tokens", "in_tints"), [
    ("background", False, True), ("underline", False, True), ("semanticTokens", True, False), ("off", False, False),
])  # fmt: skip
async def test_the_setting_says_how_influence_is_shown(
    start: Start, menu: Path, tint: str, in_tokens: bool, in_tints: bool
):
    drawn = Drawing(await start(given=drawing(), engine=(*SCRIPTED, *BLAME), configuration={"tint": tint}))
    uri = drawn.editor.open_file(menu)
    await drawn.editor.run(uri)
    await eventually(lambda: any(told.explained for told in drawn.prompts))
    await eventually(lambda: uri in drawn.tints)
    assert bool(await drawn.editor.levels(uri)) == in_tokens
    assert bool(drawn.levels(uri)) == in_tints


async def test_tints_move_with_the_text_and_show_what_is_stale(start: Start, menu: Path):
    drawn = Drawing(await start(given=drawing(), engine=(*SCRIPTED, *BLAME), configuration={"live": "off"}))
    uri = drawn.editor.open_file(menu)
    await drawn.editor.run(uri)
    await eventually(lambda: drawn.levels(uri).get(FAULTY) == 5)
    drawn.editor.replace(uri, "You judge", "Today you judge")
    drawn.editor.replace(uri, FAULTY, "Guest likes: fresh fish")
    await eventually(lambda: drawn.levels(uri).get("Guest likes: fresh fish") == 5, seen=lambda: drawn.levels(uri))
    assert "Guest likes: fresh fish" in drawn.stale(uri)


async def test_the_file_of_values_is_tinted_as_well(draw: Drawing, menu: Path):
    values = draw.editor.open_file(menu.with_name("menu.values.yaml"), "yaml")
    uri = draw.editor.open_file(menu)
    await draw.editor.run(uri)
    await eventually(lambda: "Cheese souffle" in draw.levels(values), seen=lambda: draw.tints)


async def test_the_target_is_marked_in_the_response(draw: Drawing, menu: Path):
    uri = draw.editor.open_file(menu)
    await draw.editor.run(uri)
    response = await draw.open_response()
    await eventually(lambda: response in draw.tints)
    assert draw.tints[response].target is None
    text = await draw.editor.content(response)
    assert await draw.editor.command("explainTarget", uri, 1) is None
    await eventually(lambda: draw.tints[response].target, seen=lambda: draw.tints)
    target = draw.tints[response].target
    assert text.splitlines()[target.start.line][target.start.character :]
    assert draw.prompts[-1].target.startswith('"')


async def test_a_prompt_tells_what_is_chosen_and_what_is_done(draw: Drawing, menu: Path):
    uri = draw.editor.open_file(menu)
    await eventually(lambda: draw.prompts and draw.prompts[-1].case == "eggs")
    first = draw.prompts[-1]
    assert (first.uri, first.cases, first.explained, first.target) == (uri, 2, False, None)
    await draw.editor.run(uri)
    await eventually(lambda: draw.prompts[-1].explained and not draw.prompts[-1].activity)
    assert "Run and explain menu.j2" in [told.activity for told in draw.prompts]
    assert draw.prompts[-1].revision > first.revision
    assert await draw.editor.command("chooseGranularity", uri, "word")
    await eventually(lambda: draw.prompts[-1].granularity == "word")


async def test_nothing_is_told_twice(draw: Drawing, menu: Path):
    uri = draw.editor.open_file(menu)
    await draw.editor.run(uri)
    await eventually(lambda: draw.prompts[-1].explained and not draw.prompts[-1].activity)
    assert all(one != other for one, other in zip(draw.prompts, draw.prompts[1:], strict=False))


async def test_what_was_cleared_has_no_tints(draw: Drawing, menu: Path):
    uri = draw.editor.open_file(menu)
    await draw.editor.run(uri)
    await eventually(lambda: draw.levels(uri))
    await draw.editor.command("clear", uri)
    await eventually(lambda: not draw.levels(uri) and not draw.prompts[-1].explained)


@pytest.mark.parametrize("choice", ["case", "model", "method", "granularity", "target"])
async def test_options_have_one_that_is_chosen(draw: Drawing, menu: Path, choice: str):
    uri = draw.editor.open_file(menu)
    await draw.editor.run(uri)
    found = await draw.ask("options", uri=uri, choice=choice)
    assert found.question.endswith("?")
    assert sum(option.chosen for option in found.options) == 1


async def test_an_unknown_choice_is_refused(draw: Drawing, menu: Path):
    uri = draw.editor.open_file(menu)
    with pytest.raises(JsonRpcException, match="one of case"):
        await draw.ask("options", uri=uri, choice="colour")


async def test_the_explorer_gets_the_explanation_with_links(draw: Drawing, menu: Path):
    uri = draw.editor.open_file(menu)
    assert await draw.ask("explorer", uri=uri) is None
    await draw.editor.run(uri)
    found = await draw.ask("explorer", uri=uri)
    assert found.format == "prompt-salience/explorer"
    assert found.documents[0].uri == uri
    assert "grad_dot_input" in found.allMethods


async def test_a_click_beside_the_response_says_nothing(draw: Drawing, menu: Path):
    uri = draw.editor.open_file(menu)
    await draw.editor.run(uri)
    response = await draw.open_response()
    header = {"line": 1, "character": 2}
    assert await draw.editor.command("explainTarget", response, {"start": header, "end": header}) is None
    assert not draw.editor.client.messages
