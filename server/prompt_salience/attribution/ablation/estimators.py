"""Which masks a method asks for, and how it makes scores of what came of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prompt_salience.attribution.ablation import leave_one_out, lime, shap
from prompt_salience.attribution.ablation.masks import Masks
from prompt_salience.attribution.ablation.outcomes import Outcomes
from prompt_salience.engine_client.protocol import Method


@dataclass(frozen=True, slots=True)
class Estimator:
    """A method that works on units.

    Attributes:
        plan: masks for a number of units, a budget of masks (None for the method's own) and a seed.
        solve: scores of all units for all targets, shape (targets, units), from the masks evaluated so far.
    """

    plan: Callable[[int, int | None, int], Masks]
    solve: Callable[[Outcomes], NDArray[np.float64]]


ESTIMATORS: Mapping[Method, Estimator] = {
    Method.LEAVE_ONE_OUT: Estimator(leave_one_out.plan, leave_one_out.solve),
    Method.LIME: Estimator(lime.plan, lime.solve),
    Method.SHAP: Estimator(shap.plan, shap.solve),
}
