"""Which masks are asked for."""

from __future__ import annotations

import numpy as np
import pytest

from prompt_salience.attribution.ablation.estimators import ESTIMATORS
from prompt_salience.attribution.ablation.masks import all_but_one, all_subsets, growing_masks, random_masks
from prompt_salience.engine_client.protocol import Method

ABLATING = [method for method in Method if method.ablates]


def test_every_method_that_ablates_has_an_estimator_and_no_other():
    assert list(ESTIMATORS) == ABLATING


@pytest.mark.parametrize("method", ABLATING)
@pytest.mark.parametrize("units", [0, 1, 2, 8, 9, 30])
def test_the_first_mask_keeps_all(method, units):
    masks = ESTIMATORS[method].plan(units, None, 3)
    assert masks.dtype == np.bool_
    assert masks.shape[1] == units
    assert masks[0].all()


@pytest.mark.parametrize("method", ABLATING)
def test_the_same_seed_gives_the_same_masks(method):
    plan = ESTIMATORS[method].plan
    assert np.array_equal(plan(12, 100, 5), plan(12, 100, 5))
    if method is not Method.LEAVE_ONE_OUT:
        assert not np.array_equal(plan(12, 100, 5), plan(12, 100, 6))


def test_each_unit_is_left_out_once():
    assert (~all_but_one(4)).tolist() == [[False] * 4, *np.eye(4, dtype=bool).tolist()]


def test_random_masks_keep_half_of_the_units():
    masks = random_masks(20, 500, 0)
    assert masks.shape == (501, 20)
    assert np.allclose(masks[1:].mean(axis=0), 0.5, atol=0.1)


def test_all_subsets_are_there_once_and_extremes_come_first():
    masks = all_subsets(5)
    assert len({tuple(mask) for mask in masks.tolist()}) == len(masks) == 32
    assert masks[:12].sum(axis=1).tolist() == [5, 0, 4, 4, 4, 4, 4, 1, 1, 1, 1, 1]


def test_walks_add_one_unit_after_the_other_and_go_back_in_reverse():
    masks = growing_masks(6, 3, 1)
    assert masks.shape == (2 + 3 * 2 * 5, 6)
    assert masks[0].all()
    assert not masks[1].any()
    walks = masks[2:].reshape(6, 5, 6)
    assert (walks.sum(axis=2) == np.arange(1, 6)).all()
    assert (walks[:, :-1] <= walks[:, 1:]).all()
    # What a walk has after k steps is what its reverse lacks after all but k.
    assert np.array_equal(walks[1::2], ~walks[::2, ::-1])


@pytest.mark.parametrize(("budget", "pairs"), [(None, 12), (1, 1), (40, 2), (59, 2), (60, 3)])
def test_shap_takes_as_many_pairs_of_walks_as_fit_the_budget_and_one_at_least(budget, pairs):
    assert len(ESTIMATORS[Method.SHAP].plan(11, budget, 0)) == 2 + 20 * pairs


def test_shap_evaluates_every_set_of_up_to_eight_units():
    assert len(ESTIMATORS[Method.SHAP].plan(8, 10, 0)) == 256


def test_lime_draws_64_masks_or_as_many_as_it_is_told():
    assert len(ESTIMATORS[Method.LIME].plan(11, None, 0)) == 65
    assert len(ESTIMATORS[Method.LIME].plan(11, 30, 0)) == 31
