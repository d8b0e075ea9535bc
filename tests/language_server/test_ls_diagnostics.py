"""Diagnostics: every fault at its exact place, in the document that it is in, and gone when it is mended."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_editor import SCRIPTED, Editor, uri_of
from lsprotocol import types

from prompt_salience.embedded import embedded_model_path

shared_loop = pytest.mark.asyncio(loop_scope="module")


@shared_loop
@pytest.mark.parametrize(
    ("text", "code", "at", "words"),
    [
        ("Eat {{ }} now.", "template-syntax", None, ""),
        ("{% if x %}never ends", "template-syntax", None, ""),
        ("Eat {{ nothing }}.", "undefined-variable", "nothing", "The variable 'nothing' has no value."),
        ("Eat {{ 1 // 0 }}.", "render-error", "{{ 1 // 0 }}", "This expression fails"),
        ("Eat {{ 'x' * 10**9 }}", "bounds-exceeded", "{{ 'x' * 10**9 }}", "at most 4,000,000 are allowed"),
        ("{{ ''.__class__.mro() }}", "unsafe-template", None, "sandbox"),
        ("{% include 'other.j2' %}", "unsupported-template", None, "a prompt file stands alone"),
        ("  \n", "empty-prompt", None, "The prompt is empty."),
    ],
)
async def test_faults_of_a_template(shared: Editor, text: str, code: str, at: str | None, words: str):
    uri = shared.open("untitled:faulty", text)
    (found,) = await shared.diagnosed(uri, code)
    assert found.severity is types.DiagnosticSeverity.Error
    assert found.source == "prompt-salience"
    assert words in found.message
    assert at is None or found.range == shared.span(uri, at)
    shared.change(uri, "Eat well.")
    await shared.diagnosed(uri, None)


@shared_loop
async def test_every_fault_of_a_template_is_shown_at_once(shared: Editor):
    uri = shared.open("untitled:two", "{{ one }} and {{ two }}, {{ one }}")
    found = await shared.diagnosed(uri, "undefined-variable")
    assert [one.range.start.character for one in found] == [3, 17, 28]


@shared_loop
async def test_faults_of_values_are_shown_in_the_file_of_values(shared: Editor, menu: Path):
    uri = shared.open_file(menu)
    sidecar = shared.open_file(menu.with_name("menu.values.yaml"), "yaml")
    await shared.diagnosed(uri, None)
    shared.replace(sidecar, "dish: Cheese souffle", "dish: Cheese souffle\n      wine: red")
    (unused,) = await shared.diagnosed(sidecar, "unused-value")
    assert (unused.range, unused.message) == (shared.span(sidecar, "wine"), "The template does not use 'wine'.")
    assert (unused.severity, unused.tags) == (types.DiagnosticSeverity.Warning, (types.DiagnosticTag.Unnecessary,))
    assert shared.diagnostics(uri) == []
    shared.replace(sidecar, "cases:", "cases: [")
    await shared.diagnosed(sidecar, "yaml")


@shared_loop
async def test_a_fault_of_values_that_two_prompts_share_is_shown_once_until_both_are_closed(shared: Editor, menu: Path):
    values, other = menu.with_name("menu.values.yaml"), menu.with_name("menu.jinja")
    values.write_text("likes: fish\ndish: soup\nwine: red\n")
    other.write_text(menu.read_text())
    uris = [shared.open_file(menu), shared.open_file(other)]
    sidecar = uri_of(values)
    for uri in uris:
        await shared.diagnosed(uri, None)
        assert len(await shared.diagnosed(sidecar, "unused-value")) == 1
    shared.close(uris[0])
    await shared.debug()
    assert len(shared.diagnostics(sidecar)) == 1
    shared.close(uris[1])
    await shared.diagnosed(sidecar, None)


@shared_loop
async def test_unknown_keys_of_front_matter_are_warnings(shared: Editor):
    uri = shared.open("untitled:keys", "---\ndescripton: two\n---\nuser:\nHello.\n", "prompty")
    (found,) = await shared.diagnosed(uri, "unknown-key")
    assert (found.range, found.severity) == (shared.span(uri, "descripton"), types.DiagnosticSeverity.Warning)
    assert "Did you mean 'description'?" in found.message


async def test_a_prompt_over_the_models_context_is_a_fault_with_the_counts_until_it_is_shorter(start, menu: Path):
    editor: Editor = await start(engine=(*SCRIPTED, "--context-length", "20"))
    uri = editor.open_file(menu)
    job = await editor.command("runAndExplain", uri)
    assert (await editor.ended(job)).message == "Failed"
    (found,) = await editor.diagnosed(uri, "context-overflow")
    assert found.range.start == types.Position(0, 0)
    assert found.message.startswith("The prompt has 41 tokens, and the model reads at most 20.")
    assert await editor.said(found.message)
    editor.change(uri, "Guest likes: {{ likes }} {{ dish }}")
    await editor.diagnosed(uri, None)


async def test_what_a_model_had_against_a_text_is_not_held_against_a_newer_one(start, menu: Path):
    editor: Editor = await start(engine=(*SCRIPTED, "--context-length", "20"), configuration={"live": "off"})
    uri = editor.open_file(menu)
    await editor.ended(await editor.command("runAndExplain", uri))
    await editor.diagnosed(uri, "context-overflow")
    editor.replace(uri, "Mushroom", "Barley")
    await editor.diagnosed(uri, None)


async def test_what_a_model_had_against_a_prompt_is_not_held_against_another_model(start, menu: Path, tmp_path: Path):
    editor: Editor = await start(engine=(*SCRIPTED, "--context-length", "20"))
    (tmp_path / "other-judge").symlink_to(embedded_model_path())
    uri = editor.open_file(menu)
    for choose in ("by a command", "by a setting"):
        await editor.ended(await editor.command("runAndExplain", uri))
        await editor.diagnosed(uri, "context-overflow")
        if choose == "by a setting":
            editor.client.set_configuration({"promptSalience": {"dtype": "bfloat16"}})
            editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        else:
            await editor.command("chooseModel", uri, str(tmp_path / "other-judge"))
        await editor.diagnosed(uri, None)
