"""What happens by itself after an edit: known scores move at once, and new ones come after a pause."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from fake_editor import BLAME, SCRIPTED, Editor, as_dict, eventually, eventually_async

OFF = {"live": "off"}


async def test_scores_move_with_their_text_at_once_and_the_edited_text_is_marked(start, menu: Path):
    editor: Editor = await start(engine=(*SCRIPTED, *BLAME), configuration=OFF)
    uri = editor.open_file(menu)
    await editor.run(uri)
    levels, text = await editor.levels(uri), editor.texts[uri]
    editor.change(uri, "A new line.\n\n" + text)
    assert (await editor.levels(uri), await editor.stale(uri)) == (levels, [])
    assert await editor.hints(uri) == {2: "8%", 4: "36%", 8: "27%", 9: "19%"}
    editor.replace(uri, "likes: fish", "likes: raw fish")
    assert await editor.levels(uri) == {text.replace("fish", "raw fish"): level for text, level in levels.items()}
    assert await editor.stale(uri) == ["Guest likes: raw fish"]
    editor.change(uri, text)
    assert (await editor.levels(uri), await editor.stale(uri)) == (levels, [])
    assert (await editor.debug())["jobs"] == 0


async def test_edited_values_are_marked_in_both_files(start, menu: Path):
    editor: Editor = await start(configuration=OFF)
    uri = editor.open_file(menu)
    sidecar = editor.open_file(menu.with_name("menu.values.yaml"), "yaml")
    await editor.run(uri)
    editor.replace(sidecar, "cheese", "chicory")
    assert await editor.stale(sidecar) == ["chicory"]
    assert await editor.stale(uri) == ["Guest likes: {{ likes }}"]


async def test_the_kept_response_is_explained_on_the_new_prompt_after_a_pause(start, menu: Path):
    editor: Editor = await start(engine=(*SCRIPTED, *BLAME))
    uri = editor.open_file(menu)
    await editor.run(uri)
    response = await editor.open_response()
    await editor.command("explainTarget", uri, 2)
    editor.replace(uri, "fish", "soup")
    assert await editor.stale(uri) == ["Guest likes: soup"]
    await editor.fresh(uri)
    levels = await editor.levels(uri)
    assert (levels["Guest likes: {{ likes }}"], levels["Guest likes: soup"]) == (5, 1)
    target = 'target: "Recommendation: Go for it." · response as likely as before'
    assert target in await editor.titles(uri)
    assert editor.texts[response].split("---\n\n")[1] in await editor.response(response, "since edited: ")
    assert len(editor.client.shown_documents) == 1
    editor.replace(uri, "soup", "fish")
    await editor.fresh(uri)
    await eventually_async(lambda: _level(editor, uri, "Guest likes: fish", 5))


async def test_nothing_flickers_between_the_edit_and_what_is_new(start, menu: Path):
    editor: Editor = await start(engine=(*SCRIPTED, *BLAME, "--seconds-per-layer", "0.05"))
    uri = editor.open_file(menu)
    await editor.run(uri)
    before, jobs = await editor.levels(uri), len(editor.client.progress_reports)
    editor.replace(uri, "fish", "soup")
    seen = [await editor.levels(uri)]
    while await editor.stale(uri):
        seen.append(await editor.levels(uri))
    assert len(seen) > 2
    # The sentence in the middle of which something was typed keeps its level; so does every other one.
    kept = {text.replace("fish", "soup"): level for text, level in before.items()}
    new = await editor.levels(uri)
    assert [levels for levels in seen if levels not in (kept, new)] == []
    assert new not in (before, kept)
    # What takes a moment shows no progress.
    assert len(editor.client.progress_reports) == jobs


async def test_everything_runs_again_where_that_is_set(start, menu: Path):
    other = ("--response-when", "soup", " Better not.")
    editor: Editor = await start(engine=(*SCRIPTED, *other), configuration={"live": "run"})
    uri = editor.open_file(menu)
    await editor.run(uri)
    response = await editor.open_response()
    editor.replace(uri, "fish", "soup")
    await editor.response(response, "Better not.")
    await editor.fresh(uri)
    assert "target: whole response" in await editor.titles(uri)


async def test_newer_edits_call_off_older_work_and_the_last_text_is_explained(start, menu: Path):
    slow = ("--layers", "20", "--seconds-per-layer", "0.05")
    editor: Editor = await start(engine=(*SCRIPTED, *slow))
    uri = editor.open_file(menu)
    await editor.run(uri)
    count = len(editor.engine)
    editor.replace(uri, "fish", "soup")
    await eventually(lambda: _states(editor, count) == ["explaining"])
    begun = time.monotonic()
    editor.replace(uri, "soup", "salad")
    await eventually(lambda: _states(editor, count) == ["explaining", "ready", "explaining"])
    assert time.monotonic() - begun < 0.9, "the older work went on"
    await editor.fresh(uri)
    assert "Guest likes: salad" in await editor.levels(uri)


async def test_an_edit_does_not_call_off_what_was_asked_for(start, menu: Path):
    slow = ("--layers", "4", "--seconds-per-layer", "0.1")
    editor: Editor = await start(engine=(*SCRIPTED, *BLAME, *slow))
    uri = editor.open_file(menu)
    job = await editor.command("runAndExplain", uri)
    editor.replace(uri, "Mushroom", "Barley")
    assert (await editor.ended(job)).message == "Done"
    assert "Dish: Barley risotto" in await editor.levels(uri)


@pytest.mark.parametrize("broken", ["{{ nothing }}", "{% if %}"])
async def test_while_a_prompt_is_broken_its_scores_stay_and_no_message_comes(start, menu: Path, broken: str):
    editor: Editor = await start(engine=(*SCRIPTED, *BLAME))
    uri = editor.open_file(menu)
    await editor.run(uri)
    levels = await editor.levels(uri)
    editor.replace(uri, "You judge", f"{broken} You judge")
    await eventually(lambda: editor.diagnostics(uri))
    moved = await editor.levels(uri)
    assert {text: level for text, level in moved.items() if "judge" not in text} == {
        text: level for text, level in levels.items() if "judge" not in text
    }
    editor.replace(uri, f"{broken} You judge", "You judge")
    await editor.diagnosed(uri, None)
    assert await editor.levels(uri) == levels
    assert editor.client.messages == []


async def _level(editor: Editor, uri: str, text: str, level: int) -> bool:
    return (await editor.levels(uri)).get(text) == level


def _states(editor: Editor, since: int) -> list[str]:
    """States of the engine, those in which it only reads or writes tokens left out."""
    states = [as_dict(status)["state"] for status in editor.engine[since:]]
    found = [state for state in states if state in ("explaining", "ready")]
    return [state for number, state in enumerate(found) if number == 0 or found[number - 1] != state]


async def test_a_target_that_is_chosen_while_an_edit_is_followed_stays_chosen(start, menu: Path):
    editor: Editor = await start(engine=(*SCRIPTED, "--layers", "20", "--seconds-per-layer", "0.02"))
    uri = editor.open_file(menu)
    await editor.run(uri)
    since = len(editor.engine)
    editor.replace(uri, "fish", "soup")
    await eventually(lambda: any(as_dict(one)["state"] == "explaining" for one in editor.engine[since:]))
    assert await editor.command("explainTarget", uri, 2) is None
    await editor.fresh(uri)
    assert any(title.startswith('target: "Recommendation: Go for it."') for title in await editor.titles(uri))
