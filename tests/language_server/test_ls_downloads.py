"""Models that are not on this machine: offered, downloaded as jobs of their own, and then used."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_editor import Editor, eventually
from lsprotocol import types

from kaggle_stand_in import HANDLE, VERSION, led_to, running_kaggle, tiny_preset
from prompt_salience.engine_client.kaggle_handle import kaggle_handle
from prompt_salience.engine_client.missing_models import NotDownloadedError

MODEL = "gemma3_instruct_270m"
OFFER = NotDownloadedError(MODEL, kaggle_handle(f"{HANDLE}/{VERSION}"), broken_off=False).offer
FIRST = "prompt-salience/download/1"


@pytest.fixture
def kaggle(monkeypatch, tmp_path):
    with running_kaggle() as running:
        led_to(monkeypatch, running, tmp_path)
        yield running


async def missing(start, menu: Path, answer: str = "Download") -> tuple[Editor, str]:
    """An editor that has run a prompt with a model that is missing, and answered what it was asked."""
    editor: Editor = await start(configuration={"model": MODEL})
    editor.answers[OFFER] = answer
    uri = editor.open_file(menu)
    assert (await editor.ended(await editor.command("runAndExplain", uri))).message == "Failed"
    assert await editor.asked(OFFER) == ["Download", "Choose model"]
    return editor, uri


async def question(editor: Editor, words: str) -> types.ShowMessageRequestParams:
    await editor.asked(words)
    return next(one for one in editor.questions if words in one.message)


async def has_run(editor: Editor, uri: str) -> None:
    await editor.lens_appears(uri, "target: whole response")


async def test_a_missing_model_is_downloaded_and_then_the_prompt_is_run(start, menu: Path, kaggle):
    kaggle.seconds_per_chunk = 0.02
    editor, uri = await missing(start, menu)
    assert (await editor.ended(FIRST, 30)).message == "Done"
    begin, *reports, _ = editor.client.progress_reports[FIRST]
    assert (begin.title, begin.cancellable) == (f"Download {MODEL}", True)
    assert any(report.message.endswith(" of 300 kB") for report in reports)
    assert await editor.said(f"{MODEL} is on this machine now")
    await has_run(editor, uri)


async def test_nothing_is_downloaded_that_nobody_asked_for(start, menu: Path, kaggle):
    editor, _ = await missing(start, menu, answer="Choose model")
    editor.answers["Which model?"] = "menu-judge"
    assert await editor.asked("Which model?") == ["menu-judge"]
    assert kaggle.asked == []


async def test_a_chosen_model_is_offered_and_taken_once_it_is_there(start, menu: Path, kaggle):
    editor: Editor = await start()
    editor.answers[OFFER] = "Download"
    uri = editor.open_file(menu)
    assert await editor.command("chooseModel", uri, MODEL) is None
    await editor.ended(FIRST, 30)
    await editor.lens_appears(uri, f"model: {MODEL}")


@pytest.mark.parametrize("way", ["progress", "command for all"])
async def test_a_download_is_called_off_and_goes_on_later(start, menu: Path, kaggle, way: str):
    kaggle.files, kaggle.seconds_per_chunk = tiny_preset(6_000_000), 0.02
    editor, uri = await missing(start, menu)
    await eventually(lambda: "MB of 6.0 MB" in str(editor.client.progress_reports.get(FIRST)))
    if way == "progress":
        editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(FIRST))
    else:
        assert await editor.command("cancel") is True
    assert (await editor.ended(FIRST, 30)).message == "Cancelled"
    kaggle.seconds_per_chunk = 0.0
    editor.questions.clear()
    await editor.command("runAndExplain", uri)
    editor.answers[(await question(editor, "Only a part")).message] = "Download"
    await editor.command("runAndExplain", uri)
    assert (await editor.ended("prompt-salience/download/2", 30)).message == "Done"


async def test_prompts_are_run_while_a_model_is_downloaded(start, menu: Path, kaggle):
    kaggle.files, kaggle.seconds_per_chunk = tiny_preset(6_000_000), 0.05
    editor, uri = await missing(start, menu)
    await editor.command("chooseModel", uri, "menu-judge")
    await editor.run(uri)
    await editor.command("restartEngine")
    assert editor.ending(FIRST) is None
    await editor.command("runAndExplain", uri)
    await editor.command("chooseModel", uri, MODEL)
    await eventually(lambda: len(editor.questions) == 2)
    assert await editor.said(f"{MODEL} is being downloaded already.")


@pytest.mark.parametrize(
    ("status", "words", "title", "page"),
    [
        (403, "accept the licence, and", "Open licence", f"https://www.kaggle.com/models/{HANDLE}"),
        (401, "does not accept", "Open Kaggle", "https://www.kaggle.com/settings/api"),
    ],
)
async def test_what_kaggle_refuses_comes_with_the_page_to_open(start, menu: Path, kaggle, status, words, title, page):
    kaggle.status = status
    editor, _ = await missing(start, menu)
    refused = await question(editor, words)
    assert [action.title for action in refused.actions or ()] == [title, "Try again"]
    editor.answers[refused.message] = title
    editor.answers[OFFER] = "Download"
    await editor.command("runAndExplain", editor.open_file(menu))
    await eventually(lambda: page in [shown.uri for shown in editor.client.shown_documents])
    assert all(shown.external for shown in editor.client.shown_documents if shown.uri == page)


async def test_what_did_not_work_can_be_tried_again(start, menu: Path, kaggle):
    kaggle.status = 503
    editor, uri = await missing(start, menu)
    failed = await question(editor, "status 503")
    assert [action.title for action in failed.actions or ()] == ["Try again"]
    editor.answers[failed.message] = "Try again"
    await editor.command("runAndExplain", uri)
    await eventually(lambda: editor.questions.count(failed) > 1)
    kaggle.status = 200
    await has_run(editor, uri)


async def test_a_model_that_kaggle_does_not_have_comes_with_a_way_to_choose_another(start, menu: Path, kaggle):
    kaggle.status = 404
    editor, _ = await missing(start, menu)
    absent = await question(editor, "There is no model")
    assert [action.title for action in absent.actions or ()] == ["Choose model"]
