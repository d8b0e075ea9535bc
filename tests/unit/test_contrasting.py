"""Why this rather than that: what is asked of the engine, and what becomes of its answer."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.completing import RequestError
from prompt_salience.engine_client.protocol import ExplainRequest, Method, Progress, TokenScores, no_progress
from prompt_salience.explaining import Settings, complete_and_explain
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.rendering import render
from prompt_salience.prompts.template import parse_template
from prompt_salience.report.captions import target
from prompt_salience.report.explanation_json import as_object
from scripted_engine import LOG_PROB, ScriptedEngine

TEXT = "Dish: Quiche\nIt is warm. It is good.\nAnalysis:"
RESPONSE = " It has eggs in it.\nRecommendation: Go for it."
ALL_SETTINGS = {"target_unit": 2, "contrast": " Avoid it. "}


class ContrastingEngine(ScriptedEngine):
    """Halves the scores of a contrast, so that they can be told from plain ones."""

    def explain(self, request: ExplainRequest, progress: Progress = no_progress) -> TokenScores:
        found = super().explain(request, progress)
        if not request.contrast:
            return found
        return TokenScores(found.scores / 2, found.log_probs - LOG_PROB * len(request.contrast))


def explained(engine: ScriptedEngine | None = None, **settings) -> Explanation:
    rendered = render(parse_template(Document("menu.txt", TEXT)))
    return complete_and_explain(engine or ContrastingEngine(RESPONSE), rendered, Settings(**settings))


def test_the_chosen_target_alone_is_contrasted():
    engine = ContrastingEngine(RESPONSE)
    plain, contrasted = explained(target_unit=2), explained(engine, **ALL_SETTINGS)
    assert [request.contrast != () for request in engine.asked] == [False, True]
    assert engine.asked[1].targets == (engine.asked[0].targets[2],)
    assert [one.contrast for one in contrasted.targets] == ["", "", "Avoid it."]
    for index, halved in enumerate([1, 1, 2]):
        assert_array_equal(contrasted.targets[index].token_scores * halved, plain.targets[index].token_scores)
    assert_allclose(contrasted.targets[2].influence, plain.targets[2].influence)


def test_the_other_text_stands_where_the_target_stood():
    """Behind the blank that belongs to the target's first token, and behind none where there is none."""
    engine = ContrastingEngine(RESPONSE)
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
    log_prob = found.targets[2].log_prob
    assert target(found) == f"sentence 2 of the response, rather than 'Avoid it.': {-log_prob:.2f} nats less likely"
    assert [one["contrast"] for one in as_object(found)["targets"]] == [None, None, "Avoid it."]


@pytest.mark.parametrize("method", [Method.LEAVE_ONE_OUT, Method.SHAP])
def test_what_ablates_measures_both_texts_under_the_same_masks(method: Method):
    """The engine by heart adds the same for every token, so a contrast counts how many more the target has."""
    plain, contrasted = (explained(method=method, target_unit=2, contrast=text) for text in (None, "Avoid it."))
    more = 6 - 3
    assert_allclose(contrasted.targets[2].unit_scores, plain.targets[2].unit_scores * more / 6, atol=1e-9)
    assert_array_equal(contrasted.targets[1].unit_scores, plain.targets[1].unit_scores)
    assert np.abs(contrasted.targets[2].unit_scores).max() > 0
