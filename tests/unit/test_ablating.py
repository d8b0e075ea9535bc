"""Versions of a prompt and what is made of them, on an engine to which every word is worth what the test says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from prompt_salience.ablating import ablations
from prompt_salience.attribution.ablation.masks import all_but_one
from prompt_salience.attribution.ablation.settings import AblationSettings, Operator
from prompt_salience.attribution.explanation import Explanation
from prompt_salience.attribution.unit_influence import divided_otherwise
from prompt_salience.completing import Filled, RequestError, Run, complete
from prompt_salience.engine_client.protocol import Method, SamplingSettings
from prompt_salience.explaining import Settings, complete_and_explain, explain_run, retargeted
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.rendered import Form, RenderedPrompt
from prompt_salience.prompts.rendering import render
from prompt_salience.prompts.source_map import SCAFFOLDING, Segment, SourceMap
from prompt_salience.prompts.template import parse_template
from prompt_salience.prompts.units import Granularity, Part
from scripted_engine import BOS, NOTHING_SEEN, WORTH, ScriptedEngine

TEXT = "Dish: Quiche\nIt is warm. It is good.\n\nAnalysis:"
RESPONSE = " It has eggs in it.\nRecommendation: Go for it."
BLAME = {"Quiche": 50.0, "warm": -20.0, "good": 7.0}
UNITS = ("Dish: Quiche", "It is warm.", "It is good.", "Analysis:")
WORTH_OF = {
    unit: sum(engine.worth(token.id) for token in engine.tokenize(unit, start=False))
    for engine in [ScriptedEngine(RESPONSE, blame=BLAME)]
    for unit in UNITS
}
ABLATING = [method for method in Method if method.ablates]
OPERATORS = pytest.mark.parametrize("operator", Operator)


def prompt(text: str = TEXT, form: Form | None = None) -> RenderedPrompt:
    return render(parse_template(Document("menu.txt", text)), form=form)


def run_of(engine: ScriptedEngine, text: str = TEXT, form: Form | None = None) -> Run:
    return complete(engine, Filled(prompt(text, form)), SamplingSettings())


def explained(
    method: Method, operator: Operator = Operator.MASK, engine: ScriptedEngine | None = None, **settings
) -> Explanation:
    engine = engine or ScriptedEngine(RESPONSE, blame=BLAME)
    chosen = Settings(method=method, ablation=AblationSettings(operator), **settings)
    return complete_and_explain(engine, prompt(), chosen)


def unit_scores(explanation: Explanation, target: int = 0) -> dict[str, float]:
    return {
        explanation.text[unit.start : unit.end]: score
        for unit, score in zip(explanation.units, explanation.targets[target].unit_scores, strict=True)
        if unit.part is Part.PROMPT
    }


@OPERATORS
@pytest.mark.parametrize("method", [Method.LEAVE_ONE_OUT, Method.SHAP])
def test_what_each_unit_is_worth_is_found(method, operator):
    """Each of the response's tokens loses what the words of a unit are worth."""
    explanation = explained(method, operator)
    response_tokens = sum(token.part is Part.RESPONSE for token in explanation.tokens)
    expected = {text: WORTH * worth * response_tokens for text, worth in WORTH_OF.items()}
    assert unit_scores(explanation) == pytest.approx(expected)


@OPERATORS
def test_lime_puts_units_in_the_same_order(operator):
    found = unit_scores(explained(Method.LIME, operator))
    assert len(set(WORTH_OF.values())) == 4
    assert sorted(found, key=found.__getitem__) == sorted(WORTH_OF, key=WORTH_OF.__getitem__)


@pytest.mark.parametrize("method", ABLATING)
def test_log_probabilities_are_those_of_the_whole_prompt(method):
    explanation = explained(method)
    of_a_token = NOTHING_SEEN + WORTH * sum(WORTH_OF.values())
    texts = [explanation.text[target.start : target.end] for target in explanation.targets]
    counts = [len(ScriptedEngine().tokenize(text, start=False)) for text in texts]
    assert [target.log_prob for target in explanation.targets] == pytest.approx(
        [of_a_token * count for count in counts]
    )


def test_a_mask_hides_the_tokens_of_its_units_and_nothing_else():
    engine = ScriptedEngine(RESPONSE)
    run = run_of(engine)
    explained(Method.LEAVE_ONE_OUT, engine=engine)
    (request,) = engine.ablations
    texts = ["".join(run.prompt_tokens[at].text for at in np.flatnonzero(row)) for row in request.hidden]
    assert [text.strip() for text in texts] == ["", *WORTH_OF]
    assert len(set(request.prompts)) == 1
    assert request.response == tuple(token.id for token in run.completion.tokens)


def test_removing_takes_text_out_and_tokenises_what_is_left():
    engine = ScriptedEngine(RESPONSE)
    explained(Method.LEAVE_ONE_OUT, Operator.REMOVE, engine)
    (request,) = engine.ablations
    left = [
        TEXT,
        "It is warm. It is good.\n\nAnalysis:",
        "Dish: Quiche\nIt is good.\n\nAnalysis:",
        "Dish: Quiche\nIt is warm.\n\nAnalysis:",
        "Dish: Quiche\nIt is warm. It is good.\n",
    ]
    assert list(request.prompts) == [tuple(token.id for token in engine.tokenize(text, start=True)) for text in left]
    assert not request.hidden.any()
    assert request.hidden.shape == (5, max(map(len, request.prompts)))


@OPERATORS
def test_scaffolding_and_the_start_stay(operator):
    engine = ScriptedEngine(RESPONSE)
    run = run_of(engine, form=Form.CHAT)
    masks = np.array([[True], [False]])
    (content,) = run.prompt.messages
    (*_, ablation) = ablations(engine, run, [(content.start, content.end)], masks, AblationSettings(operator))
    assert ablation.complete
    (request,) = engine.ablations
    assert request.prompts[1][0] == BOS.id
    assert not request.hidden[:, 0].any()
    scaffolding = run.prompt.text[: content.start] + run.prompt.text[content.end :]
    seen = [at for at, hidden in zip(request.prompts[1], request.hidden[1], strict=False) if not hidden]
    kept = [token.id for token in engine.tokenize(scaffolding, start=True)]
    assert [at for at in seen if at != 3][: len(kept)] == [at for at in kept if at != 3]


@pytest.mark.parametrize("method", ABLATING)
def test_units_get_their_scores_back_at_this_granularity_and_coarser_ones_their_sum(method):
    explanation = explained(method, granularity=Granularity.WORD)
    of_words, of_lines = (divided_otherwise(explanation, way) for way in (Granularity.WORD, Granularity.LINE))
    measured = np.stack([target.unit_scores for target in explanation.targets])
    np.testing.assert_allclose(of_words.scores, measured, atol=1e-12)
    for line, score in zip(of_lines.units, of_lines.scores.T, strict=True):
        inside = [line.start <= word.start < line.end for word in of_words.units]
        np.testing.assert_allclose(score, of_words.scores[:, inside].sum(axis=1), atol=1e-12)


def test_the_same_mask_is_read_once():
    """Four units have sixteen masks, of which 64 draws meet all."""
    engine = ScriptedEngine(RESPONSE)
    ablation = explained(Method.LIME, engine=engine).ablation
    assert ablation is not None
    assert (len(ablation.masks), ablation.forward_passes) == (65, 16)
    assert sum(len(request.prompts) for request in engine.ablations) == 16
    assert ablation.log_probs.shape[0] == 65


def test_the_budget_and_the_seed_reach_the_masks():
    engine = ScriptedEngine(RESPONSE)
    run = run_of(engine)
    masks = []
    for budget, seed in ((10, 0), (10, 0), (10, 1), (5, 0)):
        settings = Settings(
            method=Method.LIME, granularity=Granularity.WORD, ablation=AblationSettings(Operator.MASK, budget, seed)
        )
        ablation = explain_run(engine, run, settings).ablation
        assert ablation is not None
        assert ablation.settings == settings.ablation
        assert (len(ablation.masks), ablation.planned) == (budget + 1, budget + 1)
        masks.append(ablation.masks)
    assert np.array_equal(masks[0], masks[1])
    assert not np.array_equal(masks[0], masks[2])
    assert np.array_equal(masks[0][:6], masks[3])


def test_progress_counts_masks():
    told = []
    engine = ScriptedEngine(RESPONSE)
    settings = Settings(method=Method.LEAVE_ONE_OUT, granularity=Granularity.WORD)
    units = sum(unit.part is Part.PROMPT for unit in explain_run(engine, run_of(engine), settings).units)
    explain_run(engine, run_of(engine), settings, lambda *report: told.append(report))
    assert told == [("evaluating masks", done, units + 1) for done in range(units + 1)]


def test_parts_come_while_masks_are_evaluated_and_the_last_is_the_whole():
    parts: list[Explanation] = []
    engine = ScriptedEngine(RESPONSE, blame=BLAME)
    settings = Settings(method=Method.LEAVE_ONE_OUT, granularity=Granularity.WORD)
    whole = explain_run(engine, run_of(engine), settings, on_part=parts.append)
    evaluated = [len(part.ablation.masks) for part in parts if part.ablation]
    assert evaluated == sorted(set(evaluated))
    assert [part.ablation.complete for part in parts if part.ablation] == [*[False] * (len(parts) - 1), True]
    assert len(parts) > 1
    known, first = evaluated[0] - 1, parts[0].targets[0].unit_scores
    np.testing.assert_allclose(first[:known], whole.targets[0].unit_scores[:known], atol=1e-12)
    assert not first[known:].any()
    assert whole.targets[0].unit_scores[known:].any()


def test_work_that_is_called_off_has_shown_what_it_had():
    parts: list[Explanation] = []
    engine = ScriptedEngine(RESPONSE)

    def enough(_doing: str, done: int, _of: int) -> None:
        if done == 10:
            raise KeyboardInterrupt

    settings = Settings(method=Method.SHAP, granularity=Granularity.WORD)
    with pytest.raises(KeyboardInterrupt):
        explain_run(engine, run_of(engine), settings, enough, parts.append)
    (part,) = parts
    assert part.ablation is not None
    assert not part.ablation.complete
    assert part.targets[0].influence.any()


@pytest.mark.parametrize("method", ABLATING)
def test_another_target_is_free(method):
    engine = ScriptedEngine(RESPONSE, blame=BLAME)
    run, settings = run_of(engine), Settings(method=method)
    explanation = explain_run(engine, run, settings)
    asked = len(engine.ablations)
    wanted = replace(settings, target_text="eggs")
    other = retargeted(explanation, wanted)
    assert len(engine.ablations) == asked
    anew = explain_run(engine, run, wanted)
    assert other.chosen == anew.chosen == 3
    assert other.text[slice(other.targets[3].start, other.targets[3].end)] == "eggs"
    for one, again in zip(other.targets, anew.targets, strict=True):
        assert one.log_prob == again.log_prob
        assert np.array_equal(one.unit_scores, again.unit_scores)
        assert np.array_equal(one.token_scores, again.token_scores)


def test_only_what_was_measured_can_be_asked_about_another_target():
    explanation = explained(Method.LEAVE_ONE_OUT)
    with pytest.raises(RequestError):
        retargeted(explanation, Settings(target_text="fish"))
    with pytest.raises(ValueError, match="grad_l2 keeps nothing"):
        retargeted(explained(Method.GRAD_L2), Settings(target_text="eggs"))
    assert explained(Method.GRAD_L2).ablation is None


@pytest.mark.parametrize("method", ABLATING)
@OPERATORS
def test_a_prompt_without_units_has_no_influence(method, operator):
    engine = ScriptedEngine(RESPONSE)
    settings = Settings(method=method, ablation=AblationSettings(operator))
    scaffolding = SourceMap((Segment(0, 6, SCAFFOLDING, exact=False),))
    explanation = complete_and_explain(engine, RenderedPrompt("<turn>", scaffolding, (), Form.CHAT), settings)
    assert [unit.part for unit in explanation.units] == [Part.RESPONSE] * 2
    assert not explanation.targets[0].token_scores.any()
    assert explanation.ablation is not None
    assert explanation.ablation.forward_passes == 1


def test_masks_of_all_kinds_can_be_evaluated_for_measures_of_faithfulness():
    engine = ScriptedEngine(RESPONSE, blame=BLAME)
    run = run_of(engine)
    spans = [(TEXT.index(text), TEXT.index(text) + len(text)) for text in WORTH_OF]
    kept = all_but_one(4)[[3, 0, 3]]
    (*_, ablation) = ablations(engine, run, spans, kept, AblationSettings(Operator.REMOVE))
    assert ablation.forward_passes == 2
    falls = (ablation.log_probs[1] - ablation.log_probs[[0, 2]]) / WORTH
    np.testing.assert_allclose(falls, WORTH_OF["It is good."])
