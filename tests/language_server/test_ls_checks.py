"""Check by removing: a job like the others, whose result stands in the hover and in a message."""

from __future__ import annotations

from pathlib import Path

from fake_editor import BLAME, SCRIPTED
from lsprotocol import types

RESPONSE = " It has mushrooms in it.\nRecommendation: Go for it."
FISH = ("--response-when", "likes: fish", RESPONSE, "--response", " Avoid it.", "--missing", "fish", "0.5")
TITLE = "Check by removing"


async def test_it_is_not_offered_on_an_edited_prompt(start, menu: Path):
    editor = await start(configuration={"live": "off"})
    uri = editor.open_file(menu)
    await editor.run(uri)
    editor.replace(uri, "Mushroom", "Barley")
    offered = await editor.actions(uri, editor.span(uri, "fish"))
    assert [action.title for action in offered] == ["Run and explain"]
    assert await editor.command("checkByRemoving", uri) is None
    assert await editor.said("The prompt was edited since it was explained.")


async def test_the_hover_says_what_became_of_the_response_until_the_unit_is_edited(start, menu: Path):
    editor = await start(engine=(*SCRIPTED, *BLAME, *FISH))
    uri = editor.open_file(menu)
    await editor.run(uri)
    fish = editor.position(uri, "fish")
    assert "Without" not in (await editor.hover(uri, fish) or "")
    action = await editor.action(uri, types.Range(fish, fish), TITLE)
    assert (await editor.ended(await editor.execute(action.command))).message == "Done"
    said = await editor.hover(uri, fish) or ""
    assert "**Without it:** log p −6.50, 665× less likely; the response becomes:\n\n```text\nAvoid it.\n```" in said
    assert "Without" not in (await editor.hover(uri, editor.position(uri, "Mushroom")) or "")
    message = await editor.said(
        "Without “Guest likes: fish”: log p −6.50, 665× less likely; sentence 1 of the response"
    )
    assert message.type is types.MessageType.Info
    assert message.message.endswith("becomes “Avoid it.”")
    editor.replace(uri, "fish", "fresh fish")
    assert "Without" not in (await editor.hover(uri, fish) or "")


async def test_it_outlives_edits_of_other_text_and_says_so_and_goes_with_the_next_run(start, menu: Path):
    editor = await start(engine=(*SCRIPTED, *BLAME, *FISH))
    uri = editor.open_file(menu)
    await editor.run(uri)
    fish = editor.position(uri, "fish")
    await editor.ended(await editor.command("checkByRemoving", uri, {"line": fish.line, "character": fish.character}))
    editor.replace(uri, "Mushroom", "Barley")
    await editor.fresh(uri)
    assert "**Without it, before the last edit:** log p −6.50" in (await editor.hover(uri, fish) or "")
    await editor.run(uri)
    assert "Without" not in (await editor.hover(uri, fish) or "")


async def test_it_is_about_the_part_of_the_response_that_is_explained(start, menu: Path):
    editor = await start(engine=(*SCRIPTED, *BLAME, *FISH))
    uri = editor.open_file(menu)
    await editor.run(uri)
    fish = editor.position(uri, "fish")
    await editor.command("explainTarget", uri, 2)
    await editor.ended(await editor.command("checkByRemoving", uri))
    assert "**Without it:** log p −3.00" in (await editor.hover(uri, fish) or "")
    await editor.command("explainTarget", uri, None)
    assert "Without" not in (await editor.hover(uri, fish) or "")
    await editor.command("explainTarget", uri, 2)
    await editor.ended(await editor.command("chooseMethod", uri, "grad_dot_input"))
    assert "**Without it:** log p −3.00" in (await editor.hover(uri, fish) or "")


async def test_a_check_can_be_called_off_and_changes_nothing_then(start, menu: Path):
    editor = await start(engine=(*SCRIPTED, *BLAME, *FISH, "--seconds-per-token", "0.1"))
    uri = editor.open_file(menu)
    await editor.run(uri, seconds=20)
    levels = await editor.levels(uri)
    job = await editor.command("checkByRemoving", uri)
    await editor.lens_appears(uri, "Check menu.j2 by removing · cancel")
    assert await editor.command("cancel", uri) is True
    assert (await editor.ended(job)).message == "Cancelled"
    assert await editor.levels(uri) == levels
    assert "Without" not in (await editor.hover(uri, editor.position(uri, "fish")) or "")


async def test_an_engine_that_dies_is_replaced_and_the_check_is_made(start, menu: Path, tmp_path: Path):
    fault = ("--die-when", "measuring", "--times", "1", "--count-in", str(tmp_path / "deaths"))
    editor = await start(engine=(*SCRIPTED, *BLAME, *FISH, *fault))
    uri = editor.open_file(menu)
    await editor.run(uri)
    assert (await editor.ended(await editor.command("checkByRemoving", uri))).message == "Done"
    assert await editor.said("Without “Guest likes: fish”: log p −6.50")
