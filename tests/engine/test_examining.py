"""The self-test of ``prompt-salience doctor``, for real: it passes, and it notices a wrong gradient."""

from __future__ import annotations

import jax
import pytest

from prompt_salience.embedded import embedded_model_path
from prompt_salience.engine import examining
from prompt_salience.engine.examining import TOLERANCE, examination
from prompt_salience.engine_client.protocol import ExplainRequest, TokenScores, no_progress


def test_the_embedded_model_passes() -> None:
    found = examination(embedded_model_path(), no_progress)
    test = found.self_test
    assert test.fault == ""
    assert (test.model, test.dtype) == ("menu-judge", "float32")
    assert test.response
    largest = abs(test.checks[0].score)
    assert [check.score for check in test.checks] == pytest.approx(
        [check.difference for check in test.checks], abs=TOLERANCE * largest
    )
    assert [device.name for device in found.devices] == [str(device) for device in jax.devices()]
    assert found.devices[0].free


def test_a_wrong_gradient_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = examining.GemmaEngine.explain

    def wrong(engine: examining.GemmaEngine, request: ExplainRequest, *more: object) -> TokenScores:
        found = right(engine, request, *more)
        return TokenScores(found.scores * 1.1, found.log_probs)

    monkeypatch.setattr(examining.GemmaEngine, "explain", wrong)
    assert "cannot be trusted" in examination(embedded_model_path(), no_progress).self_test.fault
