"""Another target of the same explanation costs nothing, and one that was not scored is refused."""

from __future__ import annotations

import pytest
from explained_snapshots import explained, loop

from prompt_salience.editor.choices import Choices
from prompt_salience.editor.targets import Wanted, chosen_span, target_name, wanted_now, with_target
from prompt_salience.engine_client.protocol import Method
from scripted_engine import ScriptedEngine

RESPONSE = " It has eggs in it.\nRecommendation: Go for it."
EXPLAINED = explained(*loop()).explained


@pytest.mark.parametrize(
    ("span", "chosen", "name"),
    [
        (None, 0, "whole response"),
        ((0, len(RESPONSE)), 0, "whole response"),
        ((1, len(RESPONSE)), 0, "whole response"),
        ((1, 19), 1, '"It has eggs in it."'),
        ((-3, 20), 1, '"It has eggs in it."'),
        ((20, 460), 2, '"Recommendation: Go for it."'),
    ],
)
def test_targets_that_were_scored(span: tuple[int, int] | None, chosen: int, name: str) -> None:
    found = with_target(EXPLAINED, Wanted(span))
    assert found is not None
    assert found.explanation.chosen == chosen
    assert target_name(found.explanation) == name
    assert found.run is EXPLAINED.run


@pytest.mark.parametrize("span", [(1, 18), (2, 19), (19, 20), (5, 5), (8, 3), (100, 200)])
def test_targets_that_were_not(span: tuple[int, int]) -> None:
    assert with_target(EXPLAINED, Wanted(span)) is None


@pytest.mark.parametrize("method", [method for method in Method if method.ablates])
def test_what_was_measured_answers_for_every_target(method: Method) -> None:
    engine = ScriptedEngine(RESPONSE)
    measured = explained(*loop(), engine=engine, choices=Choices(method=method)).explained
    asked = len(engine.ablations)
    found = with_target(measured, Wanted((2, 19)))
    assert found is not None
    assert target_name(found.explanation) == '"t has eggs in it."'
    assert found.explanation.targets[found.explanation.chosen].influence.any()
    assert with_target(measured, Wanted((19, 20))) is None
    assert len(engine.ablations) == asked


def test_a_text_asked_for_by_hand_can_be_chosen_again() -> None:
    marked = explained(*loop(), target="Go for it.").explained
    span = chosen_span(marked.explanation)
    assert RESPONSE[slice(*span)] == "Go for it."
    whole = with_target(marked, Wanted())
    assert whole is not None
    again = with_target(whole, Wanted(span))
    assert again is not None
    assert again.explanation.chosen == marked.explanation.chosen


def test_the_only_sentence_of_a_response_is_called_by_its_text() -> None:
    only = explained(*loop(), engine=ScriptedEngine(response="Go for it.")).explained
    found = with_target(only, Wanted((0, 10)))
    assert found is not None
    assert target_name(found.explanation) == '"Go for it."'


def test_long_targets_are_shortened() -> None:
    response = "It has eggs, and milk, and flour, and honey in it, and what else there may be."
    only = explained(*loop(), engine=ScriptedEngine(response=response)).explained
    found = with_target(only, Wanted((0, len(response))))
    assert found is not None
    name = target_name(found.explanation)
    assert name == f'"{response[:39]}…"'


def test_a_contrasted_target_and_the_plain_one_in_its_place_are_two() -> None:
    contrasted = explained(*loop(), target="Recommendation: Go for it.", contrast="Avoid it.").explained
    now = wanted_now(contrasted.explanation)
    assert now == Wanted((20, 46), "Avoid it.")
    assert target_name(contrasted.explanation) == '"Recommendation: Go for …" rather than "Avoid it."'
    plain = with_target(contrasted, Wanted((20, 46)))
    assert plain is not None
    assert wanted_now(plain.explanation) == Wanted((20, 46))
    again = with_target(plain, now)
    assert again is not None
    assert again.explanation.chosen == contrasted.explanation.chosen


@pytest.mark.parametrize("wanted", [Wanted((20, 46), "Try it."), Wanted((1, 19), "Avoid it."), Wanted(None, "No.")])
@pytest.mark.parametrize("method", [Method.GRAD_L2, Method.LEAVE_ONE_OUT])
def test_another_contrast_has_to_be_asked_for(method: Method, wanted: Wanted) -> None:
    choices = Choices(method=method)
    known = explained(*loop(), target="Recommendation: Go for it.", contrast="Avoid it.", choices=choices).explained
    assert with_target(known, wanted) is None


def test_a_whole_response_that_is_contrasted_is_no_part_of_it() -> None:
    contrasted = explained(*loop(), contrast="No.").explained
    assert wanted_now(contrasted.explanation) == Wanted(None, "No.")
    assert target_name(contrasted.explanation) == 'whole response rather than "No."'
    plain = with_target(contrasted, Wanted())
    assert plain is not None
    assert wanted_now(plain.explanation) == Wanted()
    again = with_target(plain, Wanted(None, "No."))
    assert again is not None
    assert again.explanation.chosen == contrasted.explanation.chosen
