"""What there is to choose from."""

from __future__ import annotations

from pathlib import Path

from explained_snapshots import MISTAKE, explained, sample, unexplained

from prompt_salience.editor.choices import Choices
from prompt_salience.editor.options import (
    GRANULARITIES,
    case_options,
    granularity_options,
    method_options,
    model_options,
    target_options,
)
from prompt_salience.engine_client.models import AvailableModel, Where
from prompt_salience.engine_client.protocol import Method
from prompt_salience.prompts.units import Granularity
from scripted_engine import ScriptedEngine


def test_cases_say_their_values_and_which_one_is_shown():
    options = case_options(unexplained(*sample(MISTAKE), choices=Choices(method=Method.GRAD_L2, case="onions")))
    assert [(option.value, option.chosen) for option in options] == [
        ("eggs", False), ("onions", True), ("spicy", False),
    ]  # fmt: skip
    assert options[0].detail == "likes: cheese · avoids: cannot eat eggs · dish: Cheese souffle"


def test_every_method_and_granularity_is_offered_with_words():
    choices = Choices(method=Method.GRAD_DOT_INPUT, granularity=Granularity.LINE)
    methods, granularities = method_options(choices), granularity_options(choices)
    assert [option.value for option in methods] == list(Method)
    assert [option.value for option in granularities] == list(Granularity) == list(GRANULARITIES)
    assert [option.value for option in (*methods, *granularities) if option.chosen] == ["grad_dot_input", "line"]
    assert all(option.detail for option in (*methods, *granularities))


def test_a_model_that_the_settings_name_is_offered_though_nobody_found_it():
    known = AvailableModel("menu-judge", Path("somewhere"), Where.EMBEDDED)
    options = model_options([known], Choices(method=Method.GRAD_L2, model="elsewhere/gemma"))
    assert [(option.value, option.chosen) for option in options] == [("menu-judge", False), ("elsewhere/gemma", True)]


def test_targets_are_the_whole_and_the_parts_by_number():
    snapshot = explained(*sample(MISTAKE), engine=ScriptedEngine(" It is warm. It is good."), target="It is good.")
    assert snapshot.explained
    options = target_options(snapshot.explained)
    assert [(option.value, option.label, option.chosen) for option in options] == [
        (None, "The whole response", False), (1, "1. It is warm.", False), (2, "2. It is good.", True),
    ]  # fmt: skip
    assert all("log-probability" in option.description for option in options)


def test_a_contrasted_target_is_none_of_them_and_lends_none_its_likelihood():
    engine = ScriptedEngine(" It is warm. It is good.")
    snapshot = explained(*sample(MISTAKE), engine=engine, target="It is good.", contrast="No.")
    assert snapshot.explained
    options = target_options(snapshot.explained)
    assert not any(option.chosen for option in options)
    assert options[2].description == "log-probability -2.00 (13.5%)"
