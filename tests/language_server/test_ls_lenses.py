"""Lenses: each says the present state, and is the command that changes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

BEGINNING, END = ["run and explain", "case: eggs"], ["granularity: sentence", "method: grad_l2", "model: menu-judge"]


async def test_lenses_stand_above_the_prompt(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    assert await shared.titles(uri) == [*BEGINNING, *END]
    assert {lens.range.start.line for lens in await shared.lenses(uri)} == {0}
    await shared.run(uri)
    assert await shared.titles(uri) == [*BEGINNING, "target: whole response", *END]


async def test_lenses_stand_below_front_matter_and_blank_lines(shared: Editor):
    uri = shared.open("untitled:one", "---\nname: one\n---\n\nuser:\nHello.\n", "prompty")
    assert {lens.range.start.line for lens in await shared.lenses(uri)} == {4}
    assert not any(title.startswith("case") for title in await shared.titles(uri))


async def test_a_lens_runs_the_prompt(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    job = await shared.execute(await shared.lens(uri, "run and explain"))
    assert (await shared.ended(job)).message == "Done"
    assert await shared.levels(uri)


async def test_lenses_of_choices_ask_the_user(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    shared.answers["Which case?"] = "onions"
    await shared.execute(await shared.lens(uri, "case"))
    assert await shared.asked("Which case?") == ["eggs", "onions"]
    await shared.lens_appears(uri, "case: onions")


async def test_a_file_of_values_has_no_lenses(shared: Editor, menu: Path):
    shared.open_file(menu)
    assert await shared.lenses(shared.open_file(menu.with_name("menu.values.yaml"), "yaml")) == []
