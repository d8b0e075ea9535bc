"""``prompt_salience.explain`` and ``verify`` on an engine that answers by heart."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

import prompt_salience
from prompt_salience import api
from prompt_salience.attribution.ablation.settings import AblationSettings, Operator
from prompt_salience.engine_client.protocol import SamplingSettings, StopReason
from prompt_salience.prompts.problems import PromptError
from prompt_salience.template_files import UnreadableFileError
from scripted_engine import ScriptedEngine

TEMPLATE = "Dishes: {{ dishes | join(', ') }} for {{ guest }}.\nAnswer:"
VALUES = "dishes: [soup, tart]\nguest: Ada\n"


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> ScriptedEngine:
    scripted = ScriptedEngine(" Have the soup. Then rest.")
    monkeypatch.setattr(api, "_loaded_engine", lambda _model: scripted)
    return scripted


@pytest.fixture
def template(tmp_path: Path) -> Path:
    (tmp_path / "menu.values.yaml").write_text(VALUES, encoding="utf-8")
    path = tmp_path / "menu.j2"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def test_a_text_is_a_prompt_and_a_path_a_template(template: Path):
    assert prompt_salience.explain("menu.j2").prompt == "menu.j2"
    assert prompt_salience.explain(template).prompt == "Dishes: soup, tart for Ada.\nAnswer:"


def test_values_may_be_text_lists_and_numbers(template: Path):
    explanation = prompt_salience.explain(template, values={"dishes": ["pie", 3], "guest": "Björn: 1"})
    assert explanation.prompt == "Dishes: pie, 3 for Björn: 1.\nAnswer:"


def test_units_are_left_out_as_chosen(engine: ScriptedEngine):
    explanation = prompt_salience.explain("A. B. C.", method="lime", operator="remove", masks=5, seed=2)
    assert explanation.ablation is not None
    assert explanation.ablation.settings == AblationSettings(Operator.REMOVE, 5, 2)
    assert len(explanation.ablation.masks) == 6
    assert len(engine.ablations) == 1
    with pytest.raises(ValueError, match="'erase' is no operator; choose one of mask, remove"):
        prompt_salience.explain("A. B.", method="shap", operator="erase")
    with pytest.raises(ValueError, match="masks is 0"):
        prompt_salience.explain("A. B.", method="shap", masks=0)


def test_choices_may_be_plain_words():
    explanation = prompt_salience.explain("A. B.", granularity="word", method="grad_dot_input", aggregation="mean")
    assert (explanation.granularity, explanation.method, explanation.aggregation) == ("word", "grad_dot_input", "mean")


@pytest.mark.parametrize("choice", ["granularity", "method", "aggregation", "form"])
def test_a_wrong_choice_says_what_can_be_chosen(choice: str):
    with pytest.raises(ValueError, match=r"'lines' is no .*; choose one of"):
        prompt_salience.explain("A.", **{choice: "lines"})


def test_sampling_settings_have_the_names_and_defaults_of_the_protocol():
    parameters = inspect.signature(api.explain).parameters
    named = ("max_new_tokens", "temperature", "top_k", "top_p", "seed")
    assert SamplingSettings(*(parameters[name].default for name in named)) == SamplingSettings()
    assert prompt_salience.explain("A.", max_new_tokens=2).stop_reason is StopReason.TOKEN_BUDGET


def test_a_response_by_hand_is_set_off_from_the_prompt():
    assert prompt_salience.explain("Answer:", response="Yes.").response == " Yes."
    assert prompt_salience.explain("Answer:\n", response="Yes.").response == "Yes."
    assert prompt_salience.explain("Answer:", response="\nYes.").response == "\nYes."
    assert prompt_salience.explain("答え：", response="はい。").response == "はい。"


def test_a_result_cannot_be_changed():
    explanation = prompt_salience.explain("A. B.")
    with pytest.raises(ValueError, match="read-only"):
        explanation.targets[0].influence[0] = 1


def test_faults_are_told_as_such(tmp_path: Path):
    with pytest.raises(UnreadableFileError, match="No such file"):
        prompt_salience.explain(tmp_path / "none.j2")
    with pytest.raises(PromptError, match="is empty"):
        prompt_salience.explain(" ")


def test_an_explanation_is_verified_by_the_settings_of_its_run(engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch):
    explanation = prompt_salience.explain("Be brief. Eat well.", temperature=0.5, seed=7)
    settings = []

    def generate(_ids, sampling, _progress):
        settings.append(sampling)
        return iter(())

    monkeypatch.setattr(engine, "generate", generate)
    verification = prompt_salience.verify(explanation, top=1)
    assert [check.response_after for check in verification.checks] == [""]
    assert settings == [SamplingSettings(temperature=0.5, seed=7)]
    assert verification.explanation is explanation


def test_the_engine_that_is_loaded_verifies_and_no_other(monkeypatch: pytest.MonkeyPatch):
    explanation = prompt_salience.explain("Be brief. Eat well.")
    monkeypatch.setattr(api, "_loaded", {"any name": ScriptedEngine(" Something else.")})
    monkeypatch.setattr(api, "_loaded_engine", lambda model: pytest.fail(f"{model} was loaded"))
    assert prompt_salience.verify(explanation).checks[0].response_after == " Something else."
    with pytest.raises(ValueError, match="at least one unit"):
        prompt_salience.verify(explanation, top=0)
