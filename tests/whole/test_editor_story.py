"""The walkthrough in an editor: the language server, the real engine, the embedded model and the sample prompts."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from fake_editor import Editor, ended, eventually_async, started
from lsprotocol import types

MENU = Path(__file__).parents[2] / "samples" / "menu"
REAL = (sys.executable, "-P", "-m", "prompt_salience.engine")
FAULTY = "Recommendation: Try it tonight."
BETTER = "Recommendation: Better avoid it."
SECONDS = 60
PRINCIPLES = """\
- Keep the analysis short.
- Say clearly when a dish is not suitable for a guest with a dietary restriction.

"""


async def test_a_writer_finds_the_mistake_corrects_it_and_adds_principles(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("PROMPT_SALIENCE_CACHE", str(tmp_path / "cache"))
    shutil.copytree(MENU, tmp_path / "menu")
    editor = await started(engine=REAL, configuration={"granularity": "line"})
    try:
        await tell(editor, tmp_path / "menu" / "1-mistake.j2")
    finally:
        await ended(editor)


async def tell(editor: Editor, prompt: Path) -> None:
    uri = editor.open_file(prompt)
    assert await editor.diagnosed(uri, None) == []
    assert (await editor.titles(uri))[:2] == ["run and explain", "case: eggs"]

    # The model recommends a dish with eggs to a guest who cannot eat eggs.
    await editor.run(uri, SECONDS)
    response = await editor.open_response()
    assert "eggs" in editor.texts[response]
    assert recommendation(editor, response) == FAULTY

    # Asked about the recommendation, the faulty example's recommendation lights up.
    await editor.execute(await editor.lens(response, "explain this", 1))
    await editor.lens_appears(uri, f'target: "{FAULTY}"')
    assert (await editor.levels(uri))[FAULTY] == 5
    line = editor.position(uri, FAULTY)
    assert line.line in await editor.hints(uri)
    assert f"on “{FAULTY}” · 1st of " in (await editor.hover(uri, line) or "")
    assert f"](<{uri}#L{line.line + 1},1>)" in (await editor.hover(response, editor.position(response, FAULTY)) or "")

    # Taken out, it would have the model advise against the dish.
    check = await editor.action(uri, types.Range(line, line), "Check by removing")
    await editor.ended(await editor.execute(check.command), SECONDS)
    assert "**Without it:** log p" in (await editor.hover(uri, line) or "")
    assert (await editor.said("advise against it")).message.startswith(f"Without “{FAULTY}”")
    editor.client.messages.clear()

    # What the guest avoids is written in the file of values, and has its share there.
    sidecar = editor.open_file(prompt.with_suffix(".values.yaml"), "yaml")
    said = await editor.hover(sidecar, editor.position(sidecar, "cannot eat eggs")) or ""
    assert said.startswith("**Influence ")

    # Corrected, that line makes the faulty response less likely; the old text brings everything back.
    levels = await editor.levels(uri)
    editor.replace(uri, FAULTY, BETTER)
    assert await editor.stale(uri) == [BETTER]
    await editor.fresh(uri)
    await eventually_async(lambda: less_likely(editor, uri))
    editor.replace(uri, BETTER, FAULTY)
    await eventually_async(lambda: back(editor, uri, levels))
    editor.replace(uri, FAULTY, BETTER)

    # Run again, the model recommends something else.
    await editor.run(uri, SECONDS)
    editor.change(response, await editor.response(response, BETTER))
    assert recommendation(editor, response) == BETTER

    # With two principles above the examples it speaks of suitability, and the second one lights up.
    editor.replace(uri, "## Examples", PRINCIPLES + "## Examples")
    await editor.run(uri, SECONDS)
    editor.change(response, await editor.response(response, "Not suitable for this guest."))
    assert recommendation(editor, response) == "Recommendation: Not suitable for this guest."
    await editor.execute(await editor.lens(response, "explain this", 1))
    levels = await editor.levels(uri)
    assert levels["- Say clearly when a dish is not suitable for a guest with a dietary restriction."] >= 4
    assert editor.client.messages == []


def recommendation(editor: Editor, response: str) -> str:
    return editor.texts[response].strip().splitlines()[-1]


async def less_likely(editor: Editor, uri: str) -> bool:
    return any("less likely" in title for title in await editor.titles(uri))


async def back(editor: Editor, uri: str, levels: dict[str, int]) -> bool:
    return await editor.levels(uri) == levels and not await editor.stale(uri)
