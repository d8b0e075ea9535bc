"""The path from a rendered prompt to an explanation, on an engine that answers by heart."""

from __future__ import annotations

import numpy as np
import pytest

from prompt_salience.attribution.aggregation import Aggregation
from prompt_salience.completing import RequestError
from prompt_salience.engine_client.protocol import Method, SamplingSettings, StopReason
from prompt_salience.explaining import Settings, complete_and_explain
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.rendered import Form, RenderedPrompt
from prompt_salience.prompts.rendering import render
from prompt_salience.prompts.template import parse_template
from prompt_salience.prompts.units import Granularity, Part
from scripted_engine import ScriptedEngine

TEXT = "Dish: Quiche\nIt is warm. It is good.\nAnalysis:"
RESPONSE = " It has eggs in it.\nRecommendation: Go for it."


def prompt(text: str = TEXT, form: Form | None = None) -> RenderedPrompt:
    return render(parse_template(Document("menu.txt", text)), form=form)


def explained(settings: Settings | None = None, engine: ScriptedEngine | None = None, form: Form | None = None):
    return complete_and_explain(engine or ScriptedEngine(RESPONSE), prompt(form=form), settings or Settings())


def test_first_target_is_the_whole_response_and_one_follows_for_each_of_its_units():
    explanation = explained()
    texts = [explanation.text[target.start : target.end] for target in explanation.targets]
    assert texts == [RESPONSE, "It has eggs in it.", "Recommendation: Go for it."]
    assert explanation.chosen == 0


def test_the_ids_explained_are_the_ids_read_and_written():
    engine = ScriptedEngine(RESPONSE)
    read = [token.id for token in engine.tokenize(TEXT, start=True)]
    written = [token.id for token in engine.tokenize(RESPONSE, start=False)]
    explanation = explained(engine=engine)
    assert list(engine.asked[0].token_ids) == read + written
    assert [token.id for token in explanation.tokens] == read + written


def test_target_ranges_hold_exactly_the_tokens_of_their_text():
    engine = ScriptedEngine(RESPONSE)
    explanation = explained(Settings(target_text="eggs"), engine)
    start, end = engine.asked[0].targets[explanation.chosen]
    assert [token.text.strip() for token in explanation.tokens[start:end]] == ["eggs"]


def test_sentences_follow_the_language():
    engine = ScriptedEngine(" Nimm Tee, Saft usw. Danach Kuchen.")
    english, german = (explained(Settings(language=code), engine) for code in ("en", "de"))
    assert len(english.targets) == 3
    assert len(german.targets) == 2


def test_a_text_that_is_a_unit_is_not_explained_twice():
    explanation = explained(Settings(target_text="It has eggs in it."))
    assert explanation.chosen == 1
    assert len(explanation.targets) == 3


def test_units_of_the_response_count_from_one():
    explanation = explained(Settings(target_unit=2))
    chosen = explanation.targets[explanation.chosen]
    assert explanation.text[chosen.start : chosen.end] == "Recommendation: Go for it."


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("granularity", [g for g in Granularity if g is not Granularity.PATTERN])
def test_shares_of_the_prompt_sum_to_one_and_nothing_else_takes_a_share(method, granularity):
    explanation = explained(Settings(method=method, granularity=granularity))
    in_prompt = np.array([unit.part is Part.PROMPT for unit in explanation.units])
    for target in explanation.targets:
        assert np.abs(target.influence[in_prompt]).sum() == pytest.approx(1)
        assert not target.influence[~in_prompt].any()


def test_the_start_token_takes_no_share_however_high_it_scores():
    explanation = explained(Settings(method=Method.GRAD_L2), engine=ScriptedEngine(RESPONSE, blame={"Quiche": 50.0}))
    whole = explanation.targets[0]
    assert whole.token_scores[0] == 1000
    assert explanation.text[slice(*_span(explanation.units[whole.influence.argmax()]))] == "Dish: Quiche"
    assert whole.unit_scores.sum() < 1000


def test_chat_scaffolding_is_marked_and_takes_no_share():
    explanation = explained(form=Form.CHAT)
    scaffolding = [token for token in explanation.tokens if token.part is Part.SCAFFOLDING]
    assert scaffolding
    covered = [(unit.start, unit.end) for unit in explanation.units]
    assert not any(token.start < end and start < token.end for token in scaffolding for start, end in covered)


def test_a_response_given_by_hand_is_explained_and_nothing_is_generated():
    explanation = explained(Settings(response=" No."))
    assert explanation.response == " No."
    assert explanation.stop_reason is StopReason.GIVEN


def test_the_mean_differs_from_the_sum_by_the_number_of_tokens():
    summed = explained(Settings(method=Method.GRAD_L2, aggregation=Aggregation.SUM)).targets[0]
    mean = explained(Settings(method=Method.GRAD_L2, aggregation=Aggregation.MEAN)).targets[0]
    prompt_units = slice(0, 4)
    assert mean.unit_scores[prompt_units] == pytest.approx(np.ones(4))
    assert summed.unit_scores[1] > mean.unit_scores[1]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (Settings(target_text="fish"), "'fish' is not in the response"),
        (Settings(target_text="  "), "is not in the response"),
        (Settings(target_unit=3), "has 2 units; there is no unit 3"),
        (Settings(response=" \n"), "given by hand is empty"),
        (Settings(sampling=SamplingSettings(max_new_tokens=1)), "Raise the budget"),
    ],
)
def test_requests_that_do_not_fit_say_so(settings, message):
    engine = ScriptedEngine("\n" + RESPONSE)
    with pytest.raises(RequestError, match=message):
        explained(settings, engine)


def _span(unit):
    return unit.start, unit.end
