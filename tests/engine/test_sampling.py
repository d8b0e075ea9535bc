"""How the next token is chosen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from prompt_salience.engine.sampling import check_settings, choices, chosen
from prompt_salience.engine_client.protocol import SamplingSettings

LOG_PROBS = arrays(np.float64, st.integers(2, 30), elements=st.floats(-60, 0))
SETTINGS = st.builds(
    SamplingSettings,
    temperature=st.floats(0.05, 5),
    top_k=st.integers(0, 40),
    top_p=st.floats(0.01, 1),
)


@given(LOG_PROBS, SETTINGS)
def test_choices_are_probabilities_and_the_likeliest_token_is_among_them(
    log_probs: np.ndarray, settings: SamplingSettings
) -> None:
    probabilities = choices(log_probs, settings)
    assert (probabilities >= 0).all()
    assert_allclose(probabilities.sum(), 1, rtol=1e-12)
    assert probabilities[np.argmax(log_probs)] == probabilities.max() > 0


def test_top_p_keeps_the_likeliest_of_two_that_differ_by_less_than_their_weights_can_show() -> None:
    found = choices(np.array([-1e-38, 0.0]), SamplingSettings(temperature=1.0, top_p=0.5))
    assert_array_equal(found, [0, 1])


@given(LOG_PROBS, SETTINGS)
def test_every_token_kept_is_at_least_as_likely_as_every_token_left_out(
    log_probs: np.ndarray, settings: SamplingSettings
) -> None:
    kept = choices(log_probs, replace(settings, temperature=1.0)) > 0
    if not kept.all():
        assert np.exp(log_probs[kept]).min() >= np.exp(log_probs[~kept]).max()


@given(LOG_PROBS, st.integers(1, 40))
def test_top_k_keeps_no_more_than_k(log_probs: np.ndarray, top_k: int) -> None:
    kept = choices(log_probs, SamplingSettings(temperature=1.0, top_k=top_k)) > 0
    assert kept.sum() <= top_k


def test_top_p_keeps_the_fewest_tokens_that_reach_it() -> None:
    log_probs = np.log([0.1, 0.5, 0.15, 0.25])
    for top_p, kept in ((0.4, [1]), (0.6, [1, 3]), (0.85, [1, 2, 3]), (0.95, [0, 1, 2, 3])):
        found = choices(log_probs, SamplingSettings(temperature=1.0, top_p=top_p))
        assert_array_equal(np.flatnonzero(found), kept)


def test_temperature_divides_log_probabilities() -> None:
    log_probs = np.log([0.2, 0.8])
    assert_allclose(choices(log_probs, SamplingSettings(temperature=0.5)), [1 / 17, 16 / 17])


def test_a_tiny_temperature_is_greedy_and_overflows_nothing() -> None:
    found = choices(np.array([-800.0, -2.0, -1.0]), SamplingSettings(temperature=1e-6))
    assert_array_equal(found, [0, 0, 1])


def test_greedy_takes_the_lower_of_two_equal_ids() -> None:
    assert chosen(np.log([0.2, 0.4, 0.4]), SamplingSettings(), np.random.default_rng(0)) == 1


def test_draws_follow_the_probabilities() -> None:
    random = np.random.default_rng(0)
    settings = SamplingSettings(temperature=1.0)
    drawn = [chosen(np.log([0.1, 0.6, 0.3]), settings, random) for _ in range(3000)]
    assert_allclose(np.bincount(drawn) / 3000, [0.1, 0.6, 0.3], atol=0.03)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (SamplingSettings(max_new_tokens=0), "max_new_tokens is 0; it must be at least 1"),
        (SamplingSettings(temperature=-1), "temperature is -1"),
        (SamplingSettings(temperature=float("nan")), "temperature is nan"),
        (SamplingSettings(top_k=-1), "top_k is -1"),
        (SamplingSettings(top_p=0), "top_p is 0"),
        (SamplingSettings(top_p=1.5), "top_p is 1.5"),
        (SamplingSettings(seed=-1), "seed is -1"),
        (SamplingSettings(stop_strings=("a", "")), "none of them empty"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: SamplingSettings, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_settings(settings)


def test_ordinary_settings_are_accepted() -> None:
    check_settings(SamplingSettings())
    check_settings(SamplingSettings(1, 1.5, 40, 0.9, 7, ("\n\n",)))
