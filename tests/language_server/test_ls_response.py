"""The response beside the prompt: as a file or as content of the server's own, while it is written and after."""

from __future__ import annotations

import stat
from pathlib import Path

from fake_editor import (
    SCRIPTED,
    Editor,
    capabilities,
    eventually,
    eventually_async,
    path_of,
)
from lsprotocol import types

HEADER = """\
---
model: menu-judge (gemma3, 2.7 million parameters, float32)
case: eggs
sampling: greedy, at most 256 new tokens
tokens: 13
probability: log-probability -6.50 (0.2%)
ended: by the model
---

"""
RESPONSE = " It has eggs in it.\nRecommendation: Go for it."
GONE = "There is no response here any more: it was cleared, or its prompt file was closed.\n"
SLOWLY = (*SCRIPTED, "--seconds-per-token", "0.04")


async def test_it_is_a_private_file_that_is_shown_once_and_goes_with_its_prompt(start, menu: Path):
    editor: Editor = await start()
    uri = editor.open_file(menu)
    await editor.run(uri)
    response = await editor.open_response()
    (shown,) = editor.client.shown_documents
    assert (shown.external, shown.take_focus) == (False, False)
    assert editor.texts[response] == HEADER + RESPONSE
    path = path_of(response)
    assert path.name == "menu.j2.response.md"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    editor.close(uri)
    await eventually(lambda: not path.exists())


async def test_nothing_of_it_is_left_when_the_server_ends(start, menu: Path, tmp_path: Path):
    editor: Editor = await start()
    await editor.run(editor.open_file(menu))
    await editor.open_response()
    await editor.shut_down()
    assert list((tmp_path / "cache" / "responses").iterdir()) == []


async def test_a_client_that_asks_for_contents_gets_it_without_a_file(start, menu: Path, tmp_path: Path):
    editor: Editor = await start(given=capabilities(document_content=True))
    uri = editor.open_file(menu)
    await editor.run(uri)
    (registered,) = [one for one in editor.registered if one.method == types.WORKSPACE_TEXT_DOCUMENT_CONTENT]
    assert registered.register_options["schemes"] == ["prompt-salience-response"]  # type: ignore[index]
    response = editor.client.shown_documents[0].uri
    assert response == f"prompt-salience-response:{menu}.response.md"
    await eventually(lambda: response in editor.content_refreshed)
    assert await editor.content(response) == HEADER + RESPONSE
    assert not (tmp_path / "cache" / "responses").exists()
    editor.open(response, HEADER + RESPONSE, "markdown")
    assert await editor.hover(response, editor.position(response, "eggs in"))
    editor.close(uri)
    await editor.debug()
    assert await editor.content(response) == GONE


async def test_it_grows_while_it_is_written_and_can_be_explained_when_it_is_done(start, menu: Path):
    editor: Editor = await start(engine=SLOWLY)
    job = await editor.command("runAndExplain", editor.open_file(menu))
    response = await editor.open_response("ended: still being written")
    early = editor.texts[response]
    assert (HEADER + RESPONSE).split("---\n\n")[1].startswith(early.split("---\n\n")[1])
    assert await editor.lenses(response) == []
    await editor.ended(job)
    editor.change(response, await editor.response(response, "ended: by the model"))
    assert editor.texts[response] == HEADER + RESPONSE
    assert len(await editor.lenses(response)) == 3


async def test_what_was_written_until_it_was_cancelled_stays(start, menu: Path):
    editor: Editor = await start(engine=(*SCRIPTED, "--seconds-per-token", "0.2"))
    uri = editor.open_file(menu)
    job = await editor.command("runAndExplain", uri)
    response = await editor.open_response("It has")
    assert await editor.command("cancel", uri)
    assert (await editor.ended(job)).message == "Cancelled"
    assert "It has" in await editor.response(response, "ended: cancelled")


async def test_each_sentence_has_a_lens_that_explains_it(start, menu: Path):
    editor: Editor = await start()
    uri = editor.open_file(menu)
    await editor.run(uri)
    response = await editor.open_response()
    assert await editor.titles(response) == ["whole response explained now", "explain this", "explain this"]
    places = [lens.range.start for lens in await editor.lenses(response)]
    assert places == [types.Position(0, 0), types.Position(9, 1), types.Position(10, 0)]
    await editor.execute(await editor.lens(response, "explain this", 1))
    assert await editor.titles(response) == ["explain the whole response", "explain this", "explained now"]
    assert 'target: "Recommendation: Go for it."' in await editor.titles(uri)
    await editor.execute(await editor.lens(response, "explain the whole response"))
    assert "target: whole response" in await editor.titles(uri)


async def test_an_older_state_on_screen_is_never_taken_for_another_sentence(start, menu: Path):
    other = " It has eggs in it.\nBetter not."
    editor: Editor = await start(engine=(*SCRIPTED, "--response-when", "herring", other), configuration={"live": "off"})
    uri = editor.open_file(menu)
    await editor.run(uri)
    response = await editor.open_response()
    editor.replace(uri, "fish", "herring")
    await editor.run(uri)
    first, second = editor.position(response, "eggs in"), editor.position(response, "Recommendation")
    # The first sentence is the same in both; the second one on screen is not there any more.
    assert "eggs in it" not in (await editor.hover(response, second) or "")
    assert "that influenced it most" in (await editor.hover(response, first) or "")
    assert await editor.actions(response, types.Range(second, second)) == []
    caret = {"line": second.line, "character": second.character}
    assert await editor.command("explainTarget", response, caret) is None
    assert editor.client.messages == []
    word = {"start": caret, "end": caret | {"character": second.character + 14}}
    assert await editor.command("explainTarget", response, word) is None
    assert await editor.said("There is no text of the response in what is to be explained.")
    editor.change(response, "something else altogether")
    assert await editor.hover(response, types.Position(0, 3)) is None
    assert await editor.lenses(response) == []


async def test_a_setting_leaves_it_closed(start, menu: Path):
    editor: Editor = await start(configuration={"response": {"open": False}})
    await editor.run(editor.open_file(menu))
    await editor.debug()
    assert editor.client.shown_documents == []


async def test_each_prompt_has_its_own(start, menu: Path, tmp_path: Path):
    editor: Editor = await start()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "menu.j2").write_text("Another one of the same name.")
    await editor.run(editor.open_file(menu))
    await editor.run(editor.open_file(tmp_path / "sub" / "menu.j2"))
    one, other = (shown.uri for shown in editor.client.shown_documents)
    assert one != other
    assert "case: eggs" in await editor.response(one)
    assert "case:" not in await editor.response(other)


async def test_its_header_says_how_it_was_chosen_and_how_much_likelier_it_has_become(start, menu: Path):
    sampling = {"temperature": 0.5, "seed": 3, "maxNewTokens": 5}
    editor: Editor = await start(configuration={"sampling": sampling})
    uri = editor.open_file(menu)
    await editor.run(uri)
    response = await editor.open_response()
    assert "sampling: temperature 0.5, seed 3, at most 5 new tokens" in editor.texts[response]
    assert "ended: cut off at the budget of tokens" in editor.texts[response]
    editor.replace(uri, "fish", "herring")
    assert "since edited: " in await editor.response(response, "since edited: ")


async def test_a_client_without_refreshes_or_windows_can_still_run(start, menu: Path):
    editor: Editor = await start(given=types.ClientCapabilities())
    uri = editor.open_file(menu)
    assert await editor.command("runAndExplain", uri)
    await eventually_async(lambda: editor.levels(uri))
    assert (editor.refreshed, editor.client.shown_documents, editor.client.progress_reports) == ([], [], {})


async def test_a_response_that_is_cleared_goes_from_the_screen_of_a_client_that_asks_for_contents(start, menu: Path):
    editor: Editor = await start(given=capabilities(document_content=True))
    uri = editor.open_file(menu)
    await editor.run(uri)
    response = editor.client.shown_documents[0].uri
    await eventually(lambda: response in editor.content_refreshed)
    editor.content_refreshed.clear()
    await editor.command("clear", uri)
    await eventually(lambda: response in editor.content_refreshed)
    assert (await editor.content(response)).startswith("There is no response here any more")


async def test_a_response_that_an_editor_opens_again_is_no_prompt(start):
    editor: Editor = await start(given=capabilities(document_content=True))
    response = editor.open("prompt-salience-response:/menu.j2.response.md", HEADER + RESPONSE, "markdown")
    assert await editor.lenses(response) == []
    assert (await editor.debug())["promptFiles"] == 0


async def test_what_was_written_before_a_run_was_called_off_can_be_cleared(start, menu: Path):
    editor: Editor = await start(engine=SLOWLY)
    uri = editor.open_file(menu)
    job = await editor.command("runAndExplain", uri)
    response = await editor.open_response("ended: still being written")
    await editor.command("cancel", uri)
    await editor.ended(job)
    await editor.response(response, "ended: ")
    await editor.command("clear", uri)
    await editor.command("runAndExplain", uri)
    assert "There is no response yet." in await editor.response(editor.client.shown_documents[-1].uri, "")
