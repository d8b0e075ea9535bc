"""Why this rather than that: what is asked of the engine, and what becomes of its answer."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.completing import RequestError
from prompt_salience.engine_client.protocol import Method
from prompt_salience.explaining import Settings, complete_and_explain
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.rendering import render
from prompt_salience.prompts.template import parse_template
from prompt_salience.report.captions import target, target_name
from prompt_salience.report.explanation_json import as_object
from prompt_salience.report.explorer_data import explorer_data
from scripted_engine import ScriptedEngine

TEXT = "Dish: Quiche\nIt is warm. It is good.\nAnalysis:"
RESPONSE = " It has eggs in it.\nRecommendation: Go for it."
ALL_SETTINGS = {"target_unit": 2, "contrast": " Avoid it. "}


def explained(engine: ScriptedEngine | None = None, **settings) -> Explanation:
    rendered = render(parse_template(Document("menu.txt", TEXT)))
    return complete_and_explain(engine or ScriptedEngine(RESPONSE), rendered, Settings(**settings))


def test_what_is_contrasted_is_one_more_target_and_all_others_stay_plain():
    engine = ScriptedEngine(RESPONSE)
    plain, contrasted = explained(target_unit=2), explained(engine, **ALL_SETTINGS)
    assert [request.contrast != () for request in engine.asked] == [False, True]
    assert engine.asked[1].targets == (engine.asked[0].targets[2],)
    assert [one.contrast for one in contrasted.targets] == ["", "", "", "Avoid it."]
    assert contrasted.chosen == 3
    for one, other, halved in ((0, 0, 1), (1, 1, 1), (2, 2, 1), (3, 2, 2)):
        assert_array_equal(contrasted.targets[one].token_scores * halved, plain.targets[other].token_scores)
    assert_allclose(contrasted.targets[3].influence, plain.targets[2].influence)


def test_the_other_text_stands_where_the_target_stood():
    """Behind the blank that belongs to the target's first token, and behind none where there is none."""
    engine = ScriptedEngine(RESPONSE)
    explained(engine, target_text="Go for it.", contrast="Avoid it.")
    explained(engine, target_unit=2, contrast="Avoid it.")
    behind_a_blank, behind_none = (engine.asked[index].contrast for index in (1, 3))
    assert behind_a_blank == tuple(token.id for token in engine.tokenize(" Avoid it.", start=False))
    assert behind_none == tuple(token.id for token in engine.tokenize("Avoid it.", start=False))


@pytest.mark.parametrize(("contrast", "words"), [(" \n", "empty"), ("Recommendation: Go for it.", "target itself")])
def test_nothing_and_the_target_itself_are_refused(contrast: str, words: str):
    with pytest.raises(RequestError, match=words):
        explained(target_unit=2, contrast=contrast)


def test_a_caption_says_by_how_much_the_one_is_likelier():
    found = explained(**ALL_SETTINGS)
    log_prob = found.targets[3].log_prob
    assert target(found) == f"sentence 2 of the response, rather than 'Avoid it.': {-log_prob:.2f} nats less likely"
    assert [one["contrast"] for one in as_object(found)["targets"]] == [None, None, None, "Avoid it."]


def test_a_whole_response_that_is_contrasted_is_called_so_and_not_marked():
    found = explained(contrast="No.")
    assert found.of_whole
    assert target_name(found, found.chosen) == "the whole response, rather than 'No.'"
    assert explorer_data([found])["targets"][-1]["probability"] == "5.50 nats less likely"


@pytest.mark.parametrize("method", [Method.LEAVE_ONE_OUT, Method.SHAP])
def test_what_ablates_measures_both_texts_under_the_same_masks(method: Method):
    """The engine by heart adds the same for every token, so a contrast counts how many more the target has."""
    plain, contrasted = (explained(method=method, target_unit=2, contrast=text) for text in (None, "Avoid it."))
    more = 6 - 3
    assert_allclose(contrasted.targets[3].unit_scores, plain.targets[2].unit_scores * more / 6, atol=1e-9)
    assert_array_equal(contrasted.targets[2].unit_scores, plain.targets[2].unit_scores)
    assert np.abs(contrasted.targets[3].unit_scores).max() > 0
