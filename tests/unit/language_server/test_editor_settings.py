"""Settings: what is right counts, what is wrong is said, and nothing makes them fail."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.attribution.ablation.settings import AblationSettings, Operator
from prompt_salience.attribution.aggregation import Aggregation
from prompt_salience.editor.choices import Live
from prompt_salience.engine_client.protocol import Method
from prompt_salience.language_server.settings import KNOWN, EngineStart, Settings, checked_settings
from prompt_salience.prompts.units import Granularity

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
GOOD: dict[str, tuple[Any, Any]] = {
    "model": ("gemma3_270m", "gemma3_270m"),
    "dtype": ("bfloat16", "bfloat16"),
    "method": ("grad_dot_input", Method.GRAD_DOT_INPUT),
    "granularity": ("word", Granularity.WORD),
    "aggregation": (next(iter(Aggregation)).value, next(iter(Aggregation))),
    "pattern": (r"\d+", r"\d+"),
    "language": ("de", "de"),
    "live": ("run", Live.RUN),
    "inlayHints.threshold": (0.25, 0.25),
}


def nested(name: str, value: Any) -> dict[str, Any]:
    for part in reversed(name.split(".")):
        value = {part: value}
    return value


@given(given=json_values)
def test_anything_can_be_given(given: Any):
    found, faults = checked_settings(given)
    assert isinstance(found, Settings)
    assert all(fault.startswith("promptSalience") and fault.endswith((".", "?")) for fault in faults)


@given(name=st.sampled_from(sorted(KNOWN)), value=json_values.filter(lambda value: not isinstance(value, dict)))
def test_a_bad_value_has_its_default_and_is_said(name: str, value: Any):
    found, faults = checked_settings(nested(name, value))
    assert len(faults) <= 1
    if faults:
        assert found == Settings()
        assert faults[0].startswith(f"promptSalience.{name} ")


@pytest.mark.parametrize("name", GOOD)
def test_a_good_value_counts_nested_and_dotted(name: str):
    given_value, expected = GOOD[name]
    for settings in (nested(name, given_value), {name: given_value}):
        found, faults = checked_settings(settings)
        assert not faults
        attribute = "hint_threshold" if name == "inlayHints.threshold" else name
        assert getattr(found.choices, attribute) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("sampling.maxNewTokens", value) for value in (0, -1, 1.5, True, "5", float("nan"), float("inf"), [])),
        *(("ablation.masks", value) for value in (0, 2.5, "many")),
        *(("ablation.operator", value) for value in ("hide", 5)),
        *(("sampling.temperature", value) for value in (-0.1, "hot")),
        *(("inlayHints.threshold", value) for value in (-0.1, 1.1, False)),
        *(("sampling.stop", value) for value in ("text", [1], [""])),
        *((name, "unknown") for name in ("method", "granularity", "live", "engine.start", "dtype", "aggregation")),
        *((name, 5) for name in ("model", "codeLens.enabled", "inlayHints.enabled", "response.open", "pattern")),
    ],
)
def test_what_means_nothing_is_said(name: str, value: Any):
    found, faults = checked_settings(nested(name, value))
    assert found == Settings()
    assert len(faults) == 1


def test_how_units_are_left_out_can_be_set_in_part():
    found, faults = checked_settings({"ablation": {"operator": "remove", "masks": None}})
    assert (found.choices.ablation, faults) == (AblationSettings(Operator.REMOVE), ())
    assert checked_settings({"ablation.masks": 32})[0].choices.ablation == AblationSettings(masks=32)


def test_one_bad_value_does_not_spoil_the_others():
    found, faults = checked_settings({"model": "other", "method": "unknown", "engine": {"start": "atOnce"}})
    assert found.choices.model == "other"
    assert found.engine_start is EngineStart.AT_ONCE
    assert len(faults) == 1


def test_what_is_misspelt_is_named_with_what_was_meant():
    _, faults = checked_settings({"granularty": "word", "method": "grad_l"})
    assert "granularity" in faults[0]
    assert "grad_l2" in faults[1]


@pytest.mark.parametrize(
    "given_value", [None, {}, {"model": None}, {"trace": {"server": "off"}, "interpreter": ["python"]}]
)
def test_what_is_left_out_has_its_default(given_value: Any):
    assert checked_settings(given_value) == (Settings(), ())
