"""Token scores to unit scores: against a count by hand, character by character, and by its laws."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompt_salience.attribution.aggregation import Aggregation, inked_spans, unit_scores

LENGTH = 24
finite = st.floats(-1e6, 1e6)


@st.composite
def disjoint_units(draw):
    cuts = sorted(draw(st.sets(st.integers(0, LENGTH), max_size=12)))
    spans = list(pairwise(cuts))
    return [span for span in spans if draw(st.booleans())]


@st.composite
def sequences(draw):
    spans = draw(st.lists(st.tuples(st.integers(0, LENGTH), st.integers(0, 8)), min_size=1, max_size=15))
    tokens = sorted((start, min(start + length, LENGTH)) for start, length in spans)
    scores = draw(st.lists(st.lists(finite, min_size=len(tokens), max_size=len(tokens)), min_size=1, max_size=3))
    return np.array(scores), tokens, draw(disjoint_units())


def by_hand(row, tokens, units):
    """Hand each token's score out one character at a time."""
    sums, mass = [0.0] * len(units), [0.0] * len(units)
    for score, (start, end) in zip(row, tokens, strict=True):
        homes = [
            index
            for character in range(start, end)
            for index, unit in enumerate(units)
            if unit[0] <= character < unit[1]
        ]
        for index in homes:
            sums[index] += score / len(homes)
            mass[index] += 1 / len(homes)
    return sums, [total / weight if weight else 0.0 for total, weight in zip(sums, mass, strict=True)]


@settings(max_examples=60)
@given(sequences())
def test_equals_a_count_by_hand(sequence):
    scores, tokens, units = sequence
    for method, which in ((Aggregation.SUM, 0), (Aggregation.MEAN, 1)):
        expected = [by_hand(row, tokens, units)[which] for row in scores]
        found = unit_scores(scores, tokens, units, method)
        np.testing.assert_allclose(found, np.reshape(expected, found.shape), rtol=1e-9, atol=1e-6)


@settings(max_examples=60)
@given(sequences())
def test_the_sum_conserves_every_token_that_touches_a_unit(sequence):
    scores, tokens, units = sequence
    touching = [any(start < b and end > a and end > start for a, b in units) for start, end in tokens]
    total = unit_scores(scores, tokens, units, Aggregation.SUM).sum(axis=-1)
    np.testing.assert_allclose(total, scores[:, touching].sum(axis=-1), rtol=1e-9, atol=1e-5)


@settings(max_examples=60)
@given(sequences(), st.randoms())
def test_the_order_of_tokens_does_not_matter(sequence, random):
    scores, tokens, units = sequence
    order = list(range(len(tokens)))
    random.shuffle(order)
    shuffled = unit_scores(scores[:, order], [tokens[index] for index in order], units, Aggregation.SUM)
    np.testing.assert_allclose(shuffled, unit_scores(scores, tokens, units, Aggregation.SUM), rtol=1e-9, atol=1e-5)


@settings(max_examples=60)
@given(sequences(), st.data())
def test_splitting_a_unit_splits_its_score(sequence, data):
    scores, tokens, units = sequence
    wide = [index for index, (start, end) in enumerate(units) if end - start > 1]
    if not wide:
        return
    index = data.draw(st.sampled_from(wide))
    cut = data.draw(st.integers(units[index][0] + 1, units[index][1] - 1))
    parts = [*units[:index], (units[index][0], cut), (cut, units[index][1]), *units[index + 1 :]]
    whole = unit_scores(scores, tokens, units, Aggregation.SUM)
    split = unit_scores(scores, tokens, parts, Aggregation.SUM)
    np.testing.assert_allclose(split[:, index] + split[:, index + 1], whole[:, index], rtol=1e-9, atol=1e-5)


def test_a_token_that_straddles_two_units_is_shared_by_characters():
    assert unit_scores([8.0], [(2, 6)], [(0, 3), (3, 9)], Aggregation.SUM).tolist() == [2.0, 6.0]


def test_blanks_between_units_cost_a_unit_nothing():
    assert unit_scores([8.0], [(3, 8)], [(0, 3), (4, 8)], Aggregation.SUM).tolist() == [0.0, 8.0]


def test_the_mean_counts_a_shared_token_as_a_fraction():
    means = unit_scores([8.0, 1.0], [(2, 6), (6, 9)], [(0, 3), (3, 9)], Aggregation.MEAN)
    np.testing.assert_allclose(means, [8.0, (6.0 + 1.0) / 1.75])


def test_byte_tokens_of_one_character_each_pass_their_score_on():
    assert unit_scores([1.0, 2.0, 4.0], [(5, 6)] * 3, [(4, 7)], Aggregation.SUM).tolist() == [7.0]


def test_leading_dimensions_are_kept():
    scores = np.arange(24, dtype=float).reshape(2, 3, 4)
    spans = [(index, index + 1) for index in range(4)]
    found = unit_scores(scores, spans, [(0, 2), (2, 4)], Aggregation.SUM)
    np.testing.assert_array_equal(found, np.stack([scores[..., :2].sum(-1), scores[..., 2:].sum(-1)], axis=-1))


@pytest.mark.parametrize("units", [[(0, 2), (1, 3)], [(2, 3), (0, 1)], [(1, 1)]])
def test_units_out_of_order_are_refused(units):
    with pytest.raises(ValueError, match="units"):
        unit_scores([1.0], [(0, 1)], units, Aggregation.SUM)


def test_scores_that_do_not_fit_the_tokens_are_refused():
    with pytest.raises(ValueError, match="token spans"):
        unit_scores([1.0, 2.0], [(0, 1)], [(0, 1)], Aggregation.SUM)


@pytest.mark.parametrize(("tokens", "units"), [([], [(0, 3)]), ([(0, 3)], []), ([], [])])
def test_nothing_at_all_is_zeros(tokens, units):
    found = unit_scores(np.ones((2, len(tokens))), tokens, units, Aggregation.MEAN)
    assert found.shape == (2, len(units))
    assert not found.any()


def test_white_space_takes_no_share_even_inside_a_unit():
    text = "one\ntwo  \u3000 three"
    spans = [(0, 3), (3, 4), (4, 8), (8, 11), (11, 16)]
    inked = inked_spans(text, spans)
    assert [text[start:end] for start, end in inked] == ["one", "", "two", "", "three"]
    assert unit_scores([1.0, 100.0, 1.0, 100.0, 1.0], inked, [(0, 16)], Aggregation.SUM).tolist() == [3.0]


def test_twenty_thousand_tokens_need_no_dense_table():
    tokens = [(index, index + 1) for index in range(20_000)]
    units = [(index, index + 2) for index in range(0, 20_000, 2)]
    found = unit_scores(np.ones((20, 20_000)), tokens, units, Aggregation.MEAN)
    np.testing.assert_array_equal(found, np.ones((20, 10_000)))
