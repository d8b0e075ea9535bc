"""The commands above a prompt say its state, and stand where people look."""

from __future__ import annotations

from dataclasses import replace

import pytest
from explained_snapshots import LOOP, LOOP_PATH, edited, explained, loop, sample, unexplained

from prompt_salience.editor.choices import Choices
from prompt_salience.editor.lenses import first_line, lenses
from prompt_salience.editor.likelihood import likelihood_words
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.engine_client.protocol import Method
from prompt_salience.prompts.document import Document


def titles(snapshot: Snapshot) -> dict[str, str]:
    return {lens.command.removeprefix("promptSalience."): lens.title for lens in lenses(snapshot)}


def test_before_the_first_run() -> None:
    snapshot = unexplained(*loop(), Choices(method=Method.GRAD_L2, model="/models/gemma3_270m", case="rice"))
    assert titles(snapshot) == {
        "runAndExplain": "run and explain",
        "chooseCase": "case: rice",
        "chooseModel": "model: gemma3_270m",
        "chooseMethod": "method: grad_l2",
        "chooseGranularity": "granularity: sentence",
    }


def test_a_prompt_of_one_case_has_no_case_to_choose() -> None:
    assert "chooseCase" not in titles(unexplained(*sample("headline.prompty")))


def test_what_is_explained_now() -> None:
    assert titles(explained(*loop()))["chooseTarget"] == "target: whole response"
    assert titles(explained(*loop(), target="Go for it."))["chooseTarget"] == 'target: "Go for it."'


def test_what_is_being_done_can_be_cancelled() -> None:
    snapshot = replace(explained(*loop()), activity="writing, token 3 of 40")
    first = lenses(snapshot)[0]
    assert (first.title, first.command) == ("writing, token 3 of 40 · cancel", "promptSalience.cancel")
    assert "runAndExplain" not in titles(snapshot)


def test_how_much_less_likely_the_response_has_become() -> None:
    snapshot = explained(*loop())
    changed = replace(snapshot, explained=replace(snapshot.explained, likelihood_change=-1.163))
    assert titles(changed)["chooseTarget"] == "target: whole response · response 3.2× less likely"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (0.0, "response as likely as before"),
        (-0.04, "response as likely as before"),
        (0.6931, "response 2.0× more likely"),
        (-3.0, "response 20× less likely"),
        (9.99e9, "response over 1,000× more likely"),
        (-float("inf"), "response over 1,000× less likely"),
    ],
)
def test_likelihood_in_words(change: float, words: str) -> None:
    assert likelihood_words(change) == words


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("a.txt", "\n \r\nFirst.\nSecond.", "First."),
        ("a.txt", "First.", "First."),
        ("a.prompty", "---\nname: x\n---\n\nuser:\nHi", "user:"),
        ("a.prompty", "---\nname: x\n", "---"),
        ("a.j2", "{% if", "{% if"),
        ("a.j2", "", ""),
        ("a.j2", "\n\n", ""),
    ],
)
def test_lenses_stand_above_the_first_line_of_the_body(path: str, text: str, line: str) -> None:
    snapshot = unexplained(Document(path, text))
    assert {lens.offset for lens in lenses(snapshot)} == {first_line(snapshot)}
    assert (text[first_line(snapshot) :].splitlines() or [""])[0] == line


def test_lenses_follow_the_body_while_the_analysis_is_older() -> None:
    before = unexplained(Document("a.prompty", "---\nname: x\n---\nuser:\nHi"))
    text = "---\nname: xyz\nversion: 2\n---\nuser:\nHi"
    now = replace(before, documents={"a.prompty": Document("a.prompty", text)})
    assert text[first_line(now) :].startswith("user:")


def test_a_broken_template_keeps_its_lenses() -> None:
    broken = edited(explained(*loop()), "{% endif %}", "")
    assert broken.analysis.template is None
    assert titles(broken)["runAndExplain"] == "run and explain"
    assert first_line(broken) == LOOP.index("Judge")
    assert broken.path == LOOP_PATH


def test_what_is_shown_and_no_longer_chosen_is_named() -> None:
    snapshot = explained(*loop())
    other = replace(snapshot, choices=replace(snapshot.choices, method=Method.GRAD_DOT_INPUT))
    assert titles(other)["chooseMethod"] == "method: grad_dot_input (shown: grad_l2)"
