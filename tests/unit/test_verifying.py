"""Units taken out of a prompt: what becomes of the target and of the response, on an engine that answers by heart."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.completing import Filled, complete, reread
from prompt_salience.engine_client.protocol import Completion, Method, Progress, SamplingSettings, no_progress
from prompt_salience.explaining import Settings, complete_and_explain, explain_run
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.rendered import Form, RenderedPrompt
from prompt_salience.prompts.rendering import render
from prompt_salience.prompts.template import parse_template
from prompt_salience.prompts.units import Part
from prompt_salience.verifying import Check, check_by_removing, first_difference, strongest_units, verify
from scripted_engine import ScriptedEngine

TEXT = "Be kind.\nGuest avoids: eggs.\nDish: quiche.\nAnalysis:"
RESPONSE = " It has eggs in it.\nRecommendation: Avoid it."
OTHERWISE = " It has eggs in it.\nRecommendation: Go for it."


@dataclass
class ReadingEngine(ScriptedEngine):
    """Writes another response where a word is missing, and finds every token less likely for each missing word."""

    response: str = RESPONSE
    costs: dict[str, float] = field(default_factory=lambda: {"eggs": 2.0, "quiche": 0.5, "kind": -0.25})
    settings: list[SamplingSettings] = field(default_factory=list)
    read: list[tuple[int, ...]] = field(default_factory=list)

    def generate(
        self, token_ids: Sequence[int], settings: SamplingSettings, progress: Progress = no_progress
    ) -> Iterator[Completion]:
        self.settings.append(settings)
        self.response = RESPONSE if self._has(token_ids, "eggs") else OTHERWISE
        return super().generate(token_ids, settings, progress)

    def log_probs(self, token_ids: Sequence[int]) -> np.ndarray:
        self.read.append(tuple(token_ids))
        before = list(token_ids)[: len(token_ids) - len(self.tokenize(RESPONSE, start=False))]
        cost = sum(cost for word, cost in self.costs.items() if not self._has(before, word))
        return super().log_probs(token_ids) - cost

    def _has(self, token_ids: Sequence[int], word: str) -> bool:
        return self.tokenize(word, start=False)[0].id in token_ids


def prompt(text: str = TEXT, path: str = "menu.txt", form: Form | None = None) -> RenderedPrompt:
    return render(parse_template(Document(path, text)), form=form)


def explained(engine: ScriptedEngine, settings: Settings | None = None) -> Explanation:
    return complete_and_explain(engine, prompt(), settings or Settings(method=Method.GRAD_L2))


def checked(word: str, settings: Settings | None = None, engine: ScriptedEngine | None = None) -> Check:
    """The check of the unit that has a word in it."""
    engine = engine or ReadingEngine()
    explanation = explained(engine, settings)
    return check_by_removing(engine, explanation, [unit_with(explanation, word)])


def unit_with(explanation: Explanation, word: str) -> int:
    return next(
        number for number, unit in enumerate(explanation.units) if word in explanation.text[unit.start : unit.end]
    )


def test_the_target_becomes_less_likely_by_what_each_of_its_tokens_loses() -> None:
    engine = ReadingEngine()
    tokens = len(engine.tokenize(RESPONSE, start=False))
    check = checked("eggs", engine=engine)
    assert check.log_prob_before == pytest.approx(-0.5 * tokens)
    assert check.change == pytest.approx(-2.0 * tokens)
    assert check.factor == pytest.approx(math.exp(-2.0 * tokens))
    assert TEXT[slice(*check.spans[0])] == "Guest avoids: eggs."


def test_only_the_chosen_target_counts() -> None:
    engine = ReadingEngine()
    tokens = len(engine.tokenize("Recommendation: Avoid it.", start=False))
    check = checked("eggs", Settings(target_unit=2), engine)
    assert check.change == pytest.approx(-2.0 * tokens)
    assert RESPONSE[slice(*check.target)] == "Recommendation: Avoid it."


def test_the_prompt_is_tokenised_anew_and_the_response_keeps_its_tokens() -> None:
    engine = ReadingEngine()
    checked("eggs", engine=engine)
    written = tuple(token.id for token in engine.tokenize(RESPONSE, start=False))
    assert engine.read[-1] == (
        *(token.id for token in engine.tokenize("Be kind.\nDish: quiche.\nAnalysis:", start=True)),
        *written,
    )


def test_the_response_is_written_again_by_the_same_settings() -> None:
    engine = ReadingEngine()
    sampling = SamplingSettings(temperature=0.7, seed=3)
    check = checked("eggs", Settings(sampling=sampling), engine)
    assert engine.settings == [sampling, sampling]
    assert (check.response_before, check.response_after) == (RESPONSE, OTHERWISE)
    assert check.difference == first_difference(RESPONSE, OTHERWISE)
    assert checked("kind").difference is None


def test_what_the_model_writes_is_not_compared_with_a_response_given_by_hand() -> None:
    engine = ReadingEngine()
    sampling = SamplingSettings(max_new_tokens=40)
    check = checked("eggs", Settings(response=" No.", sampling=sampling), engine)
    assert engine.settings == [sampling, sampling]
    assert (check.response_before, check.response_after) == (RESPONSE, OTHERWISE)


def test_a_response_that_was_kept_after_an_edit_is_not_taken_for_one_that_the_model_would_write() -> None:
    engine = ReadingEngine()
    run = complete(engine, Filled(prompt()), SamplingSettings())
    kept = reread(engine, Filled(prompt(TEXT.replace("eggs", "milk"))), run)
    explanation = explain_run(engine, kept, Settings())
    check = check_by_removing(engine, explanation, [unit_with(explanation, "kind")])
    assert explanation.response == RESPONSE
    assert (check.response_before, check.response_after, check.difference) == (OTHERWISE, OTHERWISE, None)


def test_units_can_be_taken_out_together() -> None:
    engine = ReadingEngine()
    explanation = explained(engine)
    units = [unit_with(explanation, "kind"), unit_with(explanation, "eggs")]
    check = check_by_removing(engine, explanation, units)
    tokens = len(engine.tokenize(RESPONSE, start=False))
    assert check.change == pytest.approx(-1.75 * tokens)
    assert check.influence == pytest.approx(sum(explanation.targets[0].influence[units]))


def test_turns_of_a_chat_are_kept() -> None:
    engine = ReadingEngine()
    chat = prompt("user:\nDish: quiche.\n", "a.prompty", Form.CHAT)
    explanation = complete_and_explain(engine, chat, Settings())
    check_by_removing(engine, explanation, [0])
    left = chat.text.replace("Dish: quiche.", "")
    assert engine.read[-1][: len(engine.tokenize(left, start=True))] == tuple(
        token.id for token in engine.tokenize(left, start=True)
    )


def test_the_strongest_units_are_checked_one_by_one_and_their_order_is_compared() -> None:
    engine = ReadingEngine(blame={"eggs": 40.0, "quiche": 20.0, "kind": 10.0})
    verification = verify(engine, explained(engine), 3)
    assert [TEXT[slice(*check.spans[0])] for check in verification.checks] == [
        "Guest avoids: eggs.",
        "Dish: quiche.",
        "Be kind.",
    ]
    assert verification.agreement == pytest.approx(1.0)


def test_an_order_that_is_the_reverse_is_told() -> None:
    engine = ReadingEngine(blame={"eggs": 10.0, "quiche": 20.0, "kind": 40.0})
    assert verify(engine, explained(engine), 3).agreement == pytest.approx(-1.0)
    assert verify(engine, explained(engine), 1).agreement is None


def test_without_a_sign_the_size_of_a_change_counts_and_with_one_its_direction() -> None:
    costs = {"eggs": 0.5, "kind": -2.0}
    engine = ReadingEngine(blame={"eggs": 10.0, "kind": 40.0}, costs=costs)
    verification = verify(engine, explained(engine), 2)
    assert verification.agreement == pytest.approx(1.0)
    signed = replace(verification.explanation, method=Method.GRAD_DOT_INPUT)
    assert replace(verification, explanation=signed).agreement == pytest.approx(-1.0)


def test_never_more_units_than_there_are_and_none_of_the_response() -> None:
    explanation = explained(ReadingEngine())
    units = strongest_units(explanation, 99)
    assert sorted(units) == [n for n, unit in enumerate(explanation.units) if unit.part is Part.PROMPT]


def test_progress_says_which_check_it_is_about() -> None:
    told: list[str] = []
    engine = ReadingEngine()
    verify(engine, explained(engine), 2, lambda doing, _done, _of: told.append(doing))
    assert list(dict.fromkeys(told)) == ["check 1 of 2: generating", "check 2 of 2: generating"]


@pytest.mark.parametrize(
    ("before", "after", "number", "texts", "rest"),
    [
        ("One. Two.", "One. Three. Two.", 2, ("Two.", "Three."), "Three. Two."),
        ("One. Two.", "Two.", 1, ("One.", "Two."), "Two."),
        ("One. Two.", "One.", 2, ("Two.", ""), ""),
        ("One.", "One.\nTwo.", 2, ("", "Two."), "Two."),
        ("One.", "", 1, ("One.", ""), ""),
    ],
)
def test_the_first_sentence_that_differs(
    before: str, after: str, number: int, texts: tuple[str, str], rest: str
) -> None:
    found = first_difference(before, after)
    assert found
    assert (found.number, (found.before, found.after), after[found.start :]) == (number, texts, rest)


def test_white_space_is_no_difference() -> None:
    assert first_difference(" One two. Three.", "One  two.\nThree.\n") is None


def test_a_probability_beyond_a_float_is_infinite() -> None:
    check = Check(((0, 1),), (0, 1), 0.5, -900.0, -1.0, "", "", None)
    assert check.factor == math.inf
