"""Settings: asked of the client, sent by it, changed, wrong, of one workspace folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fake_editor import SCRIPTED, Editor, capabilities, eventually, eventually_async, uri_of
from lsprotocol import types

from prompt_salience.embedded import embedded_model_path

GRANULAR = "granularity: word"


def never_asked() -> types.ClientCapabilities:
    given = capabilities()
    assert given.workspace
    given.workspace.configuration = False
    return given


def change(editor: Editor, settings: dict[str, Any], sent: Any = None) -> None:
    editor.client.set_configuration({"promptSalience": settings})
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(sent))


async def test_settings_are_asked_of_the_client_and_followed_when_they_change(start, menu: Path):
    editor: Editor = await start(configuration={"granularity": "word"})
    uri = editor.open_file(menu)
    await editor.lens_appears(uri, GRANULAR)
    assert types.WORKSPACE_DID_CHANGE_CONFIGURATION in [one.method for one in editor.registered]
    await editor.run(uri)
    change(editor, {"method": "grad_dot_input", "codeLens.enabled": True, "inlayHints": {"enabled": False}})
    await editor.lens_appears(uri, "method: grad_dot_input")
    await editor.lens_appears(uri, "granularity: sentence")
    await eventually_async(lambda: _has_kind(editor, uri, "supporting"))
    assert await editor.hints(uri) == {}
    change(editor, {"codeLens": {"enabled": False}, "inlayHints": {"threshold": 0.0}})
    await eventually_async(lambda: editor.hints(uri))
    assert await editor.lenses(uri) == []
    assert editor.client.messages == []


async def test_a_client_that_cannot_be_asked_sends_them(start, menu: Path):
    options = {"promptSalience": {"granularity": "word"}}
    editor: Editor = await start(given=never_asked(), initialization_options=options)
    uri = editor.open_file(menu)
    assert GRANULAR in await editor.titles(uri)
    change(editor, {}, {"promptSalience": {"granularity": "line"}})
    await editor.lens_appears(uri, "granularity: line")


async def test_wrong_settings_are_one_message_and_have_their_defaults(start, menu: Path):
    wrong = {"granularity": "wordd", "method": "grad_dot_input", "mehtod": 1, "sampling": {"topP": 7}, "pattern": "("}
    editor: Editor = await start(configuration=wrong)
    message = await editor.said("Some settings are not used")
    assert message.type is types.MessageType.Warning
    for fault in (
        "promptSalience.granularity must be one of",
        "Did you mean 'word'?",
        "promptSalience.mehtod is no setting. Did you mean 'method'?",
        "promptSalience.sampling.topP must be a number from 1e-06 to 1, not 7.",
        "promptSalience.pattern cannot be used: The pattern is no regular expression: missing ).",
    ):
        assert fault in message.message
    uri = editor.open_file(menu)
    assert {"granularity: sentence", "method: grad_dot_input"} <= set(await editor.titles(uri))
    change(editor, {**wrong, "live": "off", "method": "grad_l2"})
    await editor.lens_appears(uri, "method: grad_l2")
    assert len(editor.client.messages) == 1


async def test_each_workspace_folder_has_its_own(start, menu: Path, tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "prompt.j2").write_text("Hello.")
    one, two = tmp_path / "one", tmp_path / "two"
    editor: Editor = await start(folders=(one, two), configuration={"granularity": "line"})
    editor.client.set_configuration({"promptSalience": {"granularity": "word"}}, scope_uri=uri_of(one))
    change(editor, {"granularity": "line"})
    await editor.lens_appears(editor.open_file(one / "prompt.j2"), GRANULAR)
    await editor.lens_appears(editor.open_file(two / "prompt.j2"), "granularity: line")
    await editor.lens_appears(editor.open_file(menu), "granularity: line")


async def test_a_folder_that_comes_brings_its_settings_and_one_that_goes_takes_them(start, menu: Path):
    editor: Editor = await start()
    uri, folder = editor.open_file(menu), types.WorkspaceFolder(uri_of(menu.parent), "menu")
    editor.client.set_configuration({"promptSalience": {"granularity": "word"}}, scope_uri=folder.uri)
    for event, lens in (
        (types.WorkspaceFoldersChangeEvent([folder], []), GRANULAR),
        (types.WorkspaceFoldersChangeEvent([], [folder]), "granularity: sentence"),
    ):
        editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
        await editor.lens_appears(uri, lens)


async def test_how_units_are_left_out_is_followed_when_it_changes(start, menu: Path):
    editor: Editor = await start(configuration={"method": "lime"})
    uri = editor.open_file(menu)
    await editor.run(uri)
    by_default = await editor.hover(uri, editor.position(uri, "likes: fish"))
    change(editor, {"method": "lime", "ablation": {"operator": "remove", "masks": 2}})
    await eventually_async(lambda: _says_otherwise(editor, uri, by_default))


async def _says_otherwise(editor: Editor, uri: str, before: str | None) -> bool:
    return await editor.hover(uri, editor.position(uri, "likes: fish")) != before


async def test_the_engine_starts_at_once_where_that_is_set(start):
    editor: Editor = await start(configuration={"engine": {"start": "atOnce"}})
    await eventually(lambda: [status.state for status in editor.engine] == ["starting", "ready"])


async def test_of_a_command_and_a_setting_the_later_one_counts(start, menu: Path):
    editor: Editor = await start(configuration={"granularity": "line"})
    uri = editor.open_file(menu)
    await editor.command("chooseGranularity", uri, "word")
    change(editor, {"granularity": "line", "method": "grad_dot_input"})
    await editor.lens_appears(uri, "method: grad_dot_input")
    assert GRANULAR in await editor.titles(uri)
    change(editor, {"granularity": "paragraph"})
    await editor.lens_appears(uri, "granularity: paragraph")


async def test_a_model_that_is_not_there_is_told_with_a_way_to_choose_another(start, menu: Path):
    editor: Editor = await start(configuration={"model": "nobody"})
    uri = editor.open_file(menu)
    await editor.ended(await editor.command("runAndExplain", uri))
    await eventually(lambda: editor.questions)
    reason = editor.questions[0]
    assert "no model 'nobody'" in reason.message
    assert [action.title for action in reason.actions or ()] == ["Choose model"]
    editor.answers = {reason.message: "Choose model", "Which model?": "menu-judge"}
    await editor.ended(await editor.command("runAndExplain", uri))
    await editor.lens_appears(uri, "model: menu-judge")


async def _has_kind(editor: Editor, uri: str, kind: str) -> bool:
    return kind in [found for _, found, _ in await editor.pieces(uri)]


async def test_a_response_is_read_anew_by_a_model_that_did_not_write_it(start, menu: Path, tmp_path: Path):
    other = tmp_path / "other-judge"
    other.symlink_to(embedded_model_path())
    editor: Editor = await start()
    uri = editor.open_file(menu)
    await editor.run(uri)
    response = await editor.open_response()
    change(editor, {"model": str(other)})
    await editor.lens_appears(uri, "model: other-judge")
    await editor.ended(await editor.command("chooseGranularity", uri, "word"))
    text = await editor.response(response, "ended: given by hand")
    assert "model: menu_judge (" in text
    editor.replace(uri, "fish", "soup")
    await editor.fresh(uri)
    assert "since edited" not in await editor.response(response, "ended: ")


async def test_settings_that_change_during_a_run_do_not_call_it_off_and_count_after_it(start, menu: Path):
    editor: Editor = await start(engine=(*SCRIPTED, "--seconds-per-token", "0.03"))
    uri = editor.open_file(menu)
    await editor.run(uri)
    tokens = len(await editor.pieces(uri))
    job = await editor.command("runAndExplain", uri)
    change(editor, {"granularity": "word"})
    await editor.lens_appears(uri, GRANULAR)
    assert (await editor.ended(job)).message == "Done"
    await eventually_async(lambda: _has_more_pieces(editor, uri, tokens))


async def _has_more_pieces(editor: Editor, uri: str, tokens: int) -> bool:
    return len(await editor.pieces(uri)) > tokens
