"""Choosing case, model, method, granularity and target: by an argument, or by asking the user."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_editor import Editor, eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHOICES = [
    ("chooseCase", "case", "onions"),
    ("chooseMethod", "method", "grad_dot_input"),
    ("chooseGranularity", "granularity", "word"),
]


@pytest.mark.parametrize(("command", "what", "chosen"), CHOICES)
async def test_before_a_run_a_choice_only_changes_what_the_lens_says(
    shared: Editor, menu: Path, command: str, what: str, chosen: str
):
    uri = shared.open_file(menu)
    shared.refreshed.clear()
    assert await shared.command(command, uri, chosen) is None
    assert f"{what}: {chosen}" in await shared.titles(uri)
    await eventually(lambda: "workspace/codeLens/refresh" in shared.refreshed)


@pytest.mark.parametrize(("command", "what", "chosen"), CHOICES)
async def test_after_a_run_a_choice_takes_effect_at_once(
    shared: Editor, menu: Path, command: str, what: str, chosen: str
):
    uri = shared.open_file(menu)
    await shared.run(uri)
    before = await shared.pieces(uri)
    assert (await shared.ended(await shared.command(command, uri, chosen))).message == "Done"
    assert await shared.pieces(uri) != before
    assert f"{what}: {chosen}" in await shared.titles(uri)


@pytest.mark.parametrize(("command", "what", "chosen"), CHOICES)
async def test_without_an_argument_the_user_is_asked(shared: Editor, menu: Path, command: str, what: str, chosen: str):
    uri = shared.open_file(menu)
    shared.answers[f"Which {what}?"] = chosen
    assert await shared.command(command, uri) is None
    assert chosen in await shared.asked(f"Which {what}?")
    await shared.lens_appears(uri, f"{what}: {chosen}")


@pytest.mark.parametrize(("command", "what", "chosen"), CHOICES)
async def test_who_chooses_nothing_changes_nothing(shared: Editor, menu: Path, command: str, what: str, chosen: str):
    uri = shared.open_file(menu)
    before = await shared.titles(uri)
    await shared.command(command, uri)
    await shared.asked(f"Which {what}?")
    assert await shared.titles(uri) == before


@pytest.mark.parametrize(
    ("command", "wrong", "words"),
    [
        ("chooseCase", "egs", "There is no case 'egs'. Did you mean 'eggs'?"),
        ("chooseMethod", "grad", "There is no method 'grad'."),
        ("chooseGranularity", "sentense", "There is no granularity 'sentense'. Did you mean 'sentence'?"),
        ("chooseModel", "no-such-model", "no-such-model"),
        ("chooseGranularity", "pattern", "Give the regular expression as the third argument"),
    ],
)
async def test_a_wrong_choice_is_said_so_and_changes_nothing(
    shared: Editor, menu: Path, command: str, wrong: str, words: str
):
    uri = shared.open_file(menu)
    before = await shared.titles(uri)
    assert await shared.command(command, uri, wrong) is None
    assert await shared.said(words)
    assert await shared.titles(uri) == before


async def test_a_pattern_comes_with_its_granularity(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.run(uri)
    await shared.ended(await shared.command("chooseGranularity", uri, "pattern", r"(?m)^\w+"))
    assert (await shared.levels(uri))["likes: fish"] == 5


async def test_a_broken_pattern_is_said_so_and_changes_nothing(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    assert await shared.command("chooseGranularity", uri, "pattern", "(") is None
    assert await shared.said("The pattern is no regular expression: missing ).")
    assert "granularity: sentence" in await shared.titles(uri)


async def test_a_model_is_chosen_among_those_that_are_here(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.command("chooseModel", uri)
    assert "menu-judge" in await shared.asked("Which model?")
    await shared.command("chooseModel", uri, "menu-judge")
    assert "model: menu-judge" in await shared.titles(uri)


async def test_the_target_is_chosen_among_the_parts_of_the_response(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.run(uri)
    shared.answers["Explain which part of the response?"] = "2. Recommendation: Go for it."
    await shared.command("chooseTarget", uri)
    assert await shared.asked("which part") == [
        "The whole response",
        "1. It has eggs in it.",
        "2. Recommendation: Go for it.",
    ]
    await shared.lens_appears(uri, 'target: "Recommendation: Go for it."')


async def test_choices_are_of_one_file(shared: Editor, menu: Path, tmp_path: Path):
    (tmp_path / "other.j2").write_text("Another prompt.")
    uri, other = shared.open_file(menu), shared.open_file(tmp_path / "other.j2")
    await shared.command("chooseMethod", uri, "grad_dot_input")
    assert "method: grad_l2" in await shared.titles(other)
