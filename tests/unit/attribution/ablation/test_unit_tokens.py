"""Tokens and units: what is hidden with what, and scores that come back."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompt_salience.attribution.ablation.unit_tokens import hidden_tokens, shared_among_tokens
from prompt_salience.attribution.aggregation import Aggregation, inked_spans, unit_scores

TEXT = "One two.\nThree  four\n\nfive"
TOKENS = [(0, 0), (0, 3), (3, 7), (7, 9), (9, 14), (14, 16), (16, 20), (20, 22), (22, 26)]
LINES = [(0, 8), (9, 20), (22, 26)]


def test_tokens_are_hidden_with_their_unit_and_blanks_between_units_are_not():
    masks = np.array([[True, True, True], [False, True, True], [True, False, False]])
    hidden = hidden_tokens(masks, TEXT, TOKENS, LINES)
    assert [np.flatnonzero(row).tolist() for row in hidden] == [[], [1, 2, 3], [4, 5, 6, 8]]


def test_a_token_of_two_units_goes_with_the_one_that_has_more_of_it():
    masks = ~np.eye(2, dtype=bool)
    tokens, units = [(0, 4), (4, 6)], [(0, 1), (1, 6)]
    assert hidden_tokens(masks, "abcdef", tokens, units).tolist() == [[False, False], [True, True]]
    halves = [(0, 2), (2, 6)]
    assert hidden_tokens(masks, "abcdef", tokens, halves).tolist() == [[True, False], [False, True]]


def test_scores_are_shared_by_characters():
    shared = shared_among_tokens(np.array([[7.0, 9.0, -1.0]]), TEXT, TOKENS, LINES)
    np.testing.assert_allclose(shared, [[0, 3, 3, 1, 5, 0, 4, 0, -1]], atol=1e-12)


def test_a_token_of_two_units_leaves_both_their_scores():
    """Token 1 is the only one of the middle unit, and half of it is in the first."""
    tokens, units = [(0, 2), (2, 4), (4, 6)], [(0, 3), (3, 4), (4, 6)]
    scores = np.array([[1.0, 10.0, 0.5]])
    shared = shared_among_tokens(scores, "abcdef", tokens, units)
    np.testing.assert_allclose(shared, [[-9.0, 20.0, 0.5]], atol=1e-9)
    np.testing.assert_allclose(unit_scores(shared, tokens, units, Aggregation.SUM), scores, atol=1e-9)


def test_what_tokens_cannot_tell_apart_keeps_its_sum_at_least():
    tokens, units = [(0, 2)], [(0, 1), (1, 2)]
    shared = shared_among_tokens(np.array([[1.0, 3.0]]), "ab", tokens, units)
    np.testing.assert_allclose(shared, [[4.0]], atol=1e-12)


@st.composite
def divided_texts(draw):
    """A text cut into tokens, and into units each of which has a token of its own."""
    words = draw(st.lists(st.text("abc", min_size=1, max_size=6), min_size=1, max_size=12))
    text = " ".join(words)
    starts = [0, *(index for index, sign in enumerate(text) if sign == " ")]
    cuts = sorted({*starts, len(text), *draw(st.sets(st.integers(0, len(text)), max_size=8))})
    borders = sorted({0, len(words), *draw(st.sets(st.integers(0, len(words)), max_size=6))})
    ends = [*(start for start in starts[1:]), len(text)]
    units = [(starts[first] + (first > 0), ends[last - 1]) for first, last in pairwise(borders)]
    return text, list(pairwise(cuts)), units


@settings(max_examples=60)
@given(divided_texts(), st.integers(0, 1000))
def test_every_unit_gets_its_score_back_and_so_does_a_coarser_one(divided, seed):
    text, tokens, units = divided
    scores = np.random.default_rng(seed).normal(size=(2, len(units)))
    shared = shared_among_tokens(scores, text, tokens, units)
    spans = inked_spans(text, tokens)
    np.testing.assert_allclose(unit_scores(shared, spans, units, Aggregation.SUM), scores, atol=1e-9)
    coarse = [(units[0][0], units[-1][1])]
    np.testing.assert_allclose(
        unit_scores(shared, spans, coarse, Aggregation.SUM), scores.sum(axis=1, keepdims=True), atol=1e-9
    )


@pytest.mark.parametrize("units", [[], [(0, 8)]])
def test_prompts_without_units_or_tokens_are_no_trouble(units):
    shared = shared_among_tokens(np.zeros((2, len(units))), TEXT, [], units)
    assert shared.shape == (2, 0)
    assert hidden_tokens(np.ones((3, len(units)), bool), TEXT, TOKENS, units).shape == (3, len(TOKENS))
