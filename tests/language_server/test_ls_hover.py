"""Hovers: influence of a line, a variable, a sentence of the response; why a text is not sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_line_of_the_prompt_says_its_share_its_rank_and_its_part_in_each_sentence_of_the_response(
    shared: Editor, menu: Path
):
    uri = shared.open_file(menu)
    before = await shared.hover(uri, shared.position(uri, "fish"))
    assert before == "This text is sent to the model. Run and explain to see its influence."
    await shared.run(uri)
    said = await shared.hover(uri, shared.position(uri, "fish")) or ""
    assert said.startswith("**Influence 36%** on the whole response · 1st of 7 lines · raw score 43")
    assert "`█████  36%` Guest likes: fish" in said
    assert "Its influence on each sentence of the response:" in said
    assert "`█████  36%` It has eggs in it." in said


async def test_a_variable_says_its_value_where_it_is_written_and_its_influence(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    before = await shared.hover(uri, shared.position(uri, "likes }}")) or ""
    assert "```text\ncheese\n```" in before
    assert f"Written at [menu.values.yaml:4](<{uri.replace('.j2', '.values.yaml')}#L4,14>)" in before
    assert "influence" not in before
    await shared.run(uri)
    after = await shared.hover(uri, shared.position(uri, "likes }}")) or ""
    assert "The sentence that shows it has **27%** of the influence on the whole response." in after


async def test_a_sentence_of_the_response_names_what_influenced_it_most_with_links_to_the_places(
    shared: Editor, menu: Path
):
    uri = shared.open_file(menu)
    await shared.run(uri)
    response = await shared.open_response()
    said = await shared.hover(response, shared.position(response, "eggs in")) or ""
    assert said.startswith("**Sentence of the response** · log-probability -3.00")
    assert said.count("\n- `") == 5
    assert f"36%` Guest likes: fish · [menu.j2:3](<{uri}#L3,1>)" in said
    assert await shared.hover(response, shared.position(response, "model:")) is None


async def test_an_edited_line_says_that_its_figures_are_old(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.command("chooseMethod", uri, "grad_dot_input")
    await shared.run(uri)
    shared.replace(uri, "Mushroom", "Barley")
    said = await shared.hover(uri, shared.position(uri, "Barley")) or ""
    assert "*Edited since it was explained; the figures are those of the text before.*" in said
    assert "How much a token speaks for the answer, or with a minus against it." in said


async def test_links_of_the_response_follow_their_text(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    await shared.run(uri)
    response = await shared.open_response()
    shared.change(uri, "\n\n" + shared.texts[uri])
    assert f"[menu.j2:5](<{uri}#L5,1>)" in (await shared.hover(response, shared.position(response, "eggs in")) or "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Nobody", "was not taken, or gave no text: \\{% if false %\\}"),
        ("for us", "A comment is for those who read the template."),
        ("{% if", "A statement decides what is sent, and is no text itself."),
    ],
)
async def test_text_that_is_not_sent_says_why(shared: Editor, tmp_path: Path, text: str, reason: str):
    path = tmp_path / "dead.j2"
    path.write_text("{# for us #}Hello.\n{% if false %}Nobody reads this.{% endif %}\n")
    uri = shared.open_file(path)
    await shared.diagnosed(uri, None)
    said = await shared.hover(uri, shared.position(uri, text)) or ""
    assert said.startswith("**Not sent.**")
    assert reason in said


async def test_front_matter_says_that_it_is_not_sent(shared: Editor):
    text = "---\ndescription: judges\ninputs:\n  dish:\n    example: soup\n---\nuser:\nEat {{ dish }}\n"
    uri = shared.open("untitled:front", text, "prompty")
    assert "Front matter describes" in (await shared.hover(uri, shared.position(uri, "judges")) or "")
    assert "This line says who speaks." in (await shared.hover(uri, shared.position(uri, "user:")) or "")
