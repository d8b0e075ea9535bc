"""The response to read: verbatim below its header, and every place in it can be told in both."""

from __future__ import annotations

from dataclasses import replace

import pytest
from explained_snapshots import explained, loop
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.editor.choices import Choices
from prompt_salience.editor.lenses import Lens
from prompt_salience.editor.response_document import Partial, ResponseDocument, response_document, sampling_words
from prompt_salience.editor.response_lenses import response_lenses
from prompt_salience.editor.snapshot import Explained
from prompt_salience.editor.targets import Wanted, with_target
from prompt_salience.engine_client.protocol import Completion, SamplingSettings, StopReason
from prompt_salience.prompts.units import Granularity
from scripted_engine import ScriptedEngine

RESPONSE = " It has eggs in it.\nRecommendation: Go for it."
EXPLAINED = explained(*loop()).explained
MODEL = EXPLAINED.run.model


def writing(text: str, log_probs: tuple[float, ...] = (), reason: StopReason | None = None) -> ResponseDocument:
    completion = Completion(ScriptedEngine().tokenize(text, start=False), text, log_probs, reason)
    return response_document(Partial(MODEL, SamplingSettings(), completion))


def header(document: ResponseDocument) -> dict[str, str]:
    lines = document.text[: document.response_start].split("\n")
    assert lines[0] == lines[-3] == "---"
    assert lines[-2:] == ["", ""]
    return dict(line.split(": ", 1) for line in lines[1:-3])


def test_the_header_says_who_wrote_it_and_how() -> None:
    assert header(response_document(EXPLAINED.run, EXPLAINED)) == {
        "model": "scripted (gemma3, 2.7 million parameters, float32)",
        "case": "eggs",
        "sampling": "greedy, at most 256 new tokens",
        "tokens": "13",
        "probability": "log-probability -6.50 (0.2%)",
        "ended": "by the model",
    }


def test_while_it_is_being_written_it_says_so() -> None:
    document = writing(" It has", (-0.5, -0.5))
    assert header(document)["ended"] == "still being written"
    assert document.response == " It has"
    assert not document.complete
    assert response_lenses(document) == ()


def test_before_the_first_token_there_is_a_header() -> None:
    document = writing("")
    assert header(document)["tokens"] == "0"
    assert "probability" not in header(document)
    assert document.units == ()


def test_a_response_given_by_hand_has_no_sampling() -> None:
    given_by_hand = header(writing("Go.", reason=StopReason.GIVEN))
    assert given_by_hand["ended"] == "given by hand"
    assert "sampling" not in given_by_hand


def test_after_an_edit_of_the_prompt_it_says_how_likely_it_still_is() -> None:
    run = replace(EXPLAINED.run, completion=replace(EXPLAINED.run.completion, log_probs=()))
    found = header(response_document(run, replace(EXPLAINED, run=run, likelihood_change=-1.163)))
    assert found["since edited"] == "response 3.2× less likely"
    assert found["probability"] == "log-probability -6.50 (0.2%)"


def test_nothing_in_a_name_breaks_the_header() -> None:
    run = replace(EXPLAINED.run, case="a\x1bb", model=replace(MODEL, name="m\x07"))
    assert header(response_document(run))["case"] == r"a\x1bb"


@pytest.mark.parametrize(
    ("sampling", "words"),
    [
        (SamplingSettings(), "greedy, at most 256 new tokens"),
        (
            SamplingSettings(1000, 0.7, 40, 0.9, 3),
            "temperature 0.7, top-k 40, top-p 0.9, seed 3, at most 1,000 new tokens",
        ),
        (SamplingSettings(stop_strings=("\n", "---")), r"greedy, at most 256 new tokens, stops at '\n' or '---'"),
    ],
)
def test_sampling_in_words(sampling: SamplingSettings, words: str) -> None:
    assert sampling_words(sampling) == words


@given(st.text(st.sampled_from("ab. \n\r🍳\u2028")))
def test_offsets_there_and_back(text: str) -> None:
    document = writing(text)
    assert document.response == text
    for position in range(len(text) + 1):
        assert document.in_response(document.offset(position)) == position
    assert document.in_response(document.response_start - 1) is None
    assert document.in_response(len(document.text) + 1) is None


def test_units_are_those_of_the_explanation_and_else_sentences() -> None:
    tokens = explained(*loop(), choices=Choices(granularity=Granularity.WORD)).explained
    sentences = ((1, 19), (20, 46))
    assert response_document(EXPLAINED.run).units == sentences
    assert response_document(EXPLAINED.run, EXPLAINED).units == sentences
    by_word = response_document(tokens.run, tokens)
    assert by_word.sentences == sentences
    assert [by_word.response[slice(*unit)] for unit in by_word.units][:3] == ["It", "has", "eggs"]


def test_an_explanation_of_another_response_is_left_aside() -> None:
    other = explained(*loop(), engine=ScriptedEngine(response="No.")).explained
    assert response_document(EXPLAINED.run, other) == response_document(EXPLAINED.run)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("|| It has eggs in it.\nRecommendation: Go for it.", None),
        (" It has| |eggs in it.\nRecommendation: Go for it.", None),
        (" |It| has eggs in it.\nRecommendation: Go for it.", "It"),
        (" It| has |eggs in it.\nRecommendation: Go for it.", "has"),
        (" It has ||eggs in it.\nRecommendation: Go for it.", "It has eggs in it."),
        (" It has eggs in it.||\nRecommendation: Go for it.", "It has eggs in it."),
        (" It has eggs in it.\n||Recommendation: Go for it.", "Recommendation: Go for it."),
        (" It has eggs in it.\nRecommendation: Go for it.||", "Recommendation: Go for it."),
        (" It has |eggs in it.\nRecommendation|: Go for it.", "eggs in it.\nRecommendation"),
    ],
)
def test_what_to_explain_for_a_selection_or_a_cursor(shown: str, expected: str | None) -> None:
    document = response_document(EXPLAINED.run, EXPLAINED)
    start, end = shown.index("|"), shown.rindex("|") - 1
    span = document.target_at(document.offset(start), document.offset(end))
    assert (span and document.response[slice(*span)]) == expected


def test_a_selection_is_cut_to_the_response() -> None:
    document = response_document(EXPLAINED.run, EXPLAINED)
    assert document.target_at(0, document.response_start) is None
    assert document.target_at(0, 0) is None
    assert document.target_at(3, len(document.text) + 9) == (1, len(RESPONSE))


def test_a_place_in_an_older_state_is_the_same_place_only_if_all_before_is() -> None:
    now = response_document(EXPLAINED.run, EXPLAINED)
    assert now.continues(writing(" It has eggs in it.\nRecomm"), (1, 19))
    assert not now.continues(writing(" It has no eggs in it.\nRecomm"), (1, 22))
    assert not now.continues(writing(" It has eggs in it. Really.\nRecomm"), (20, 27))


def lens_titles(explained_now: Explained | None, document: ResponseDocument | None = None) -> list[str]:
    document = document or response_document(EXPLAINED.run, EXPLAINED)
    return [lens.title for lens in response_lenses(document, explained_now)]


def test_every_sentence_can_be_chosen() -> None:
    document = response_document(EXPLAINED.run, EXPLAINED)
    assert response_lenses(document, with_target(EXPLAINED, Wanted((20, 46)))) == (
        Lens(0, "explain the whole response", "promptSalience.explainTarget"),
        Lens(document.offset(1), "explain this", "promptSalience.explainTarget", (1, 19)),
        Lens(document.offset(20), "explained now", "promptSalience.explainTarget", (20, 46)),
    )
    assert lens_titles(EXPLAINED) == ["whole response explained now", "explain this", "explain this"]
    assert lens_titles(None) == ["explain the whole response", "explain this", "explain this"]


def test_a_lens_leads_back_from_a_contrast() -> None:
    contrasted = explained(*loop(), target="Recommendation: Go for it.", contrast="Avoid it.").explained
    assert lens_titles(contrasted) == ["explain the whole response", "explain this", "explain this"]


def test_sentences_on_one_line_are_told_apart() -> None:
    one_line = explained(*loop(), engine=ScriptedEngine(response="It has eggs. Go for it.")).explained
    document = response_document(one_line.run, one_line)
    chosen = with_target(one_line, Wanted((13, 23)))
    expected = ["explain the whole response", 'explain "It has eggs."', '"Go for it." explained now']
    assert lens_titles(chosen, document) == expected
