"""Jobs: progress that says what is being done, calling off, taking turns; the engine's state beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_editor import SCRIPTED, Editor, as_dict, eventually, eventually_async
from lsprotocol import types

SLOW = (*SCRIPTED, "--seconds-to-load", "0.3", "--seconds-per-token", "0.03", "--seconds-per-layer", "0.1")


async def test_a_job_says_what_it_does_from_loading_to_explaining(start, menu: Path):
    editor: Editor = await start(engine=SLOW)
    uri = editor.open_file(menu)
    job = await editor.command("runAndExplain", uri)
    assert (await editor.titles(uri))[0] == "Run and explain menu.j2 · cancel"
    await editor.ended(job)
    begin, *reports, end = editor.client.progress_reports[job]
    assert (begin.title, begin.cancellable, begin.percentage) == ("Run and explain menu.j2", True, 0)
    assert end.message == "Done"
    percentages = [report.percentage for report in reports]
    assert percentages == sorted(percentages)
    assert all(0 <= percentage <= 100 for percentage in percentages)
    texts = [report.message.split(",")[0] for report in reports]
    assert list(dict.fromkeys(texts)) == ["loading", "generating", "reading", "explaining"]
    said = [report.message for report in reports]
    assert any(text.startswith("generating, token ") and text.endswith(" of 256") for text in said)
    assert "reading, layer 3 of 4" in said
    assert (await editor.titles(uri))[0] == "run and explain"


async def test_the_engine_says_what_it_is_doing(start, menu: Path):
    editor: Editor = await start(engine=SLOW)
    await editor.run(editor.open_file(menu))
    states = [as_dict(status) for status in editor.engine]
    names = [state["state"] for state in states]
    told = [name for number, name in enumerate(names) if number == 0 or name not in ("ready", names[number - 1])]
    assert told == ["starting", "loading", "generating", "explaining"]
    assert names[-1] == "ready"
    assert {state["model"] for state in states[3:]} == {"menu-judge"}
    assert len({state["pid"] for state in states}) == 1


@pytest.mark.parametrize("way", ["command", "command for all", "lens", "progress", "close"])
async def test_a_job_is_called_off(start, menu: Path, way: str):
    editor: Editor = await start(engine=(*SCRIPTED, "--seconds-per-token", "0.1"))
    uri = editor.open_file(menu)
    job = await editor.command("runAndExplain", uri)
    await eventually(lambda: len(editor.client.progress_reports.get(job, ())) > 1)
    if way == "progress":
        editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(job))
    elif way == "lens":
        await editor.execute(await editor.lens(uri, "Run and explain menu.j2 · cancel"))
    elif way == "close":
        editor.close(uri)
    else:
        assert await editor.command("cancel", *([uri] if way == "command" else [])) is True
    assert (await editor.ended(job)).message == "Cancelled"
    assert editor.client.messages == []
    if way != "close":
        assert (await editor.titles(uri))[0] == "run and explain"
    assert (await editor.debug())["jobs"] == 0
    await eventually(lambda: as_dict(editor.engine[-1])["state"] == "ready")


async def test_a_job_that_is_called_off_before_it_began_ends_all_the_same(start, menu: Path):
    editor: Editor = await start()
    uri = editor.open_file(menu)
    await editor.diagnosed(uri, None)
    run = editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams("promptSalience.runAndExplain", [uri])
    )
    cancel = editor.client.workspace_execute_command_async(types.ExecuteCommandParams("promptSalience.cancel", [uri]))
    job = await run
    assert await cancel is True
    assert (await editor.ended(job)).message == "Cancelled"
    assert (await editor.titles(uri))[0] == "run and explain"


async def test_a_job_that_is_done_before_its_progress_can_be_shown_has_a_beginning_and_an_end(start, menu: Path):
    editor: Editor = await start()
    uri = editor.open_file(menu)
    editor.has_room.clear()
    job = await editor.command("runAndExplain", uri)
    await eventually_async(lambda: editor.levels(uri))
    editor.has_room.set()
    assert (await editor.ended(job)).message == "Done"
    assert editor.client.progress_reports[job][0].kind == "begin"


async def test_a_newer_job_takes_the_place_of_an_older_one(start, menu: Path):
    editor: Editor = await start(engine=(*SCRIPTED, "--seconds-per-token", "0.05"))
    uri = editor.open_file(menu)
    older, newer = [await editor.command("runAndExplain", uri) for _ in range(2)]
    assert (await editor.ended(older)).message == "Cancelled"
    assert (await editor.ended(newer)).message == "Done"


async def test_jobs_of_two_prompts_take_turns(start, menu: Path, tmp_path: Path):
    (tmp_path / "other.j2").write_text("Another prompt about fish.")
    editor: Editor = await start(engine=(*SCRIPTED, "--seconds-per-token", "0.03"))
    uris = [editor.open_file(menu), editor.open_file(tmp_path / "other.j2")]
    first, second = [await editor.command("runAndExplain", uri) for uri in uris]
    await eventually(lambda: _texts(editor, second))
    assert _texts(editor, second)[0] == "waiting"
    assert editor.ending(first) is None
    for job, uri in ((first, uris[0]), (second, uris[1])):
        assert (await editor.ended(job)).message == "Done"
        await eventually_async(lambda uri=uri: editor.levels(uri))
    assert len({as_dict(status)["pid"] for status in editor.engine}) == 1


def _texts(editor: Editor, job: str) -> list[str]:
    reports = editor.client.progress_reports.get(job, ())
    return [report.message for report in reports if isinstance(report, types.WorkDoneProgressReport)]
