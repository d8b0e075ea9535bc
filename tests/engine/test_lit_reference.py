"""Our scores are those of the published tool: LIT's, recorded by ``record_lit_reference.py``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from presets import Family, weights_digest

from prompt_salience.engine.load import load_engine
from prompt_salience.engine_client.protocol import Engine, ExplainRequest, Method

REFERENCE = json.loads((Path(__file__).parent / "fixtures" / "lit_reference.json").read_text())
TOLERANCE = 1e-4


@pytest.fixture(scope="module", params=REFERENCE["families"])
def family(request: pytest.FixtureRequest) -> Family:
    return Family(request.param)


@pytest.fixture(scope="module")
def recorded(family: Family, preset_of: Callable[[Family], Path]) -> list[dict[str, Any]]:
    """What LIT computed, once it is sure that it had the same weights."""
    reference = REFERENCE["families"][family]
    assert weights_digest(preset_of(family)) == reference["weights_digest"], "run record_lit_reference.py again"
    return reference["cases"]


@pytest.fixture(scope="module")
def engine(family: Family, preset_of: Callable[[Family], Path]) -> Engine:
    return load_engine(preset_of(family))


def scores(engine: Engine, case: dict[str, Any], method: Method) -> np.ndarray:
    request = ExplainRequest(tuple(case["token_ids"]), (tuple(case["target"]),), method)
    return engine.explain(request).scores[0]


def test_grad_l2_equals_lits_on_every_token(engine: Engine, recorded: list[dict[str, Any]]) -> None:
    for case in recorded:
        assert_allclose(scores(engine, case, Method.GRAD_L2), case["grad_l2"], rtol=TOLERANCE)


def test_grad_dot_input_is_lits_with_the_opposite_sign(engine: Engine, recorded: list[dict[str, Any]]) -> None:
    """A sum of products may cancel out, so a token's error is measured against the greatest score."""
    for case in recorded:
        expected = -np.array(case["grad_dot_input"])
        atol = TOLERANCE * np.abs(expected).max()
        assert_allclose(scores(engine, case, Method.GRAD_DOT_INPUT), expected, rtol=TOLERANCE, atol=atol)


def test_the_record_says_something(recorded: list[dict[str, Any]]) -> None:
    """No case is so flat or so small that a wrong engine could agree with it."""
    for case in recorded:
        start, stop = case["target"]
        before_last = np.array(case["grad_l2"][: stop - 1])
        assert 1 <= start < stop <= len(case["token_ids"])
        assert before_last.min() > 1e-3
        assert before_last.max() / before_last.min() > 1.5
