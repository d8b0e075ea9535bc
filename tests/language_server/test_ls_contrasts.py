"""Why not another text: asked by a command and by a code action, refused with a reason, and left again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from fake_editor import Editor
from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLAIN = 'target: "Recommendation: Go for it."'
CONTRASTED = 'target: "Recommendation: Go for …" rather than "Avoid it."'


@pytest.mark.parametrize("words", [("Avoid it.",), (" Avoid it. ", None), ("Avoid", "it.")])
async def test_a_contrast_is_asked_once_and_the_plain_target_is_still_known(
    shared: Editor, menu: Path, words: tuple[str | None, ...]
):
    uri = shared.open_file(menu)
    await shared.run(uri)
    assert await shared.command("explainTarget", uri, 2) is None
    plain = await raw_score(shared, uri)
    await shared.ended(await shared.command("contrastTarget", uri, 2, *words))
    await shared.lens_appears(uri, CONTRASTED)
    assert await raw_score(shared, uri) == plain / 2
    assert await shared.command("explainTarget", uri, 2) is None
    await shared.lens_appears(uri, PLAIN)
    assert await raw_score(shared, uri) == plain
    assert await shared.command("contrastTarget", uri, 2, "Avoid it.") is None
    await shared.lens_appears(uri, CONTRASTED)


async def test_a_contrast_outlives_edits_and_other_choices(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.run(uri)
    await shared.ended(await shared.command("contrastTarget", uri, 2, "Avoid it."))
    await shared.ended(await shared.command("chooseMethod", uri, "grad_dot_input"))
    await shared.lens_appears(uri, CONTRASTED)
    shared.replace(uri, "Mushroom", "Pea")
    await shared.lens_appears(uri, f"{CONTRASTED} · response as likely as before")


async def test_a_code_action_names_the_sentence_and_leaves_the_text_to_the_client(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.run(uri)
    response = await shared.open_response()
    cursor = shared.position(response, "Recommendation", 3)
    action = await shared.action(response, types.Range(cursor, cursor), "Why not …?")
    assert action.command
    document, place = action.command.arguments or ()
    assert types.Range(
        types.Position(**place["start"]), types.Position(**place["end"])
    ) == shared.span(response, "Recommendation: Go for it.")  # fmt: skip
    assert await shared.execute(action.command) is None
    assert await shared.said("Give it as the third argument of promptSalience.contrastTarget")
    await shared.ended(await shared.command("contrastTarget", document, place, "Avoid it."))
    await shared.lens_appears(uri, CONTRASTED)


@pytest.mark.parametrize(
    ("target", "text", "words"),
    [
        (2, "", "Give it as the third argument"),
        (3, "No.", "there is no part 3"),
        ({"line": 0, "character": 0}, "No.", "There is no text of the response"),
        (2, "Recommendation: Go for it.", "is the target itself"),
    ],
)
async def test_what_cannot_be_contrasted_is_said_so(shared: Editor, menu: Path, target: Any, text: str, words: str):
    uri = shared.open_file(menu)
    await shared.run(uri)
    await shared.command("contrastTarget", uri, target, text)
    assert await shared.said(words)
    assert "target: whole response" in await shared.titles(uri)


async def test_before_a_run_there_is_nothing_to_contrast(shared: Editor, menu: Path):
    assert await shared.command("contrastTarget", shared.open_file(menu), 1, "No.") is None
    assert await shared.said("There is no response yet: run the prompt first.")


async def test_a_text_that_is_none_is_refused(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    with pytest.raises(JsonRpcInvalidParams):
        await shared.command("contrastTarget", uri, 1, {"text": "No."})


async def raw_score(editor: Editor, uri: str) -> float:
    """That of the line with the fish, as its hover tells it."""
    found = re.search(r"raw score ([\d.]+)", await editor.hover(uri, editor.position(uri, "fish")) or "")
    assert found
    return float(found[1])
