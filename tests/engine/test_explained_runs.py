"""What was read or worked out before is not read or worked out again, and gives the same scores."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from models import engine_of, some_ids
from numpy.testing import assert_allclose, assert_array_equal

from prompt_salience.engine.gemma_engine import GemmaEngine
from prompt_salience.engine.targets import Targets
from prompt_salience.engine_client.protocol import ExplainRequest, Method, SamplingSettings, TokenScores

PROMPT = some_ids(90, seed=5)


def fresh(preset: Path) -> GemmaEngine:
    """An engine that remembers nothing yet."""
    engine = engine_of(preset)
    return GemmaEngine(engine.info, engine._model, engine._tokenizer)


def written(engine: GemmaEngine, prompt: tuple[int, ...], *, temperature: float = 0.0) -> tuple[int, ...]:
    """Prompt and response."""
    *_, last = engine.generate(prompt, SamplingSettings(max_new_tokens=12, temperature=temperature, seed=4))
    return (*prompt, *(token.id for token in last.tokens))


class Explaining:
    """An engine, and what it said that it was doing."""

    def __init__(self, engine: GemmaEngine) -> None:
        self.engine, self.doings = engine, list[str]()

    def scores(self, ids: tuple[int, ...], targets: Targets, method: Method = Method.GRAD_L2) -> TokenScores:
        """Explain, and note what was done."""
        self.doings.clear()
        request = ExplainRequest(ids, targets, method)
        return self.engine.explain(request, lambda doing, _done, _of: self.doings.append(doing))


def assert_like(found: TokenScores, wanted: TokenScores) -> None:
    assert_allclose(found.scores, wanted.scores, rtol=1e-4, atol=1e-5 * np.abs(wanted.scores).max())
    assert_allclose(found.log_probs, wanted.log_probs, rtol=1e-5)


@pytest.mark.parametrize("temperature", [0.0, 2.0])
def test_a_run_that_was_just_made_is_not_read_again(preset: Path, temperature: float) -> None:
    explaining = Explaining(fresh(preset))
    ids = written(explaining.engine, PROMPT, temperature=temperature)
    targets = ((len(PROMPT), len(ids)), (len(PROMPT), len(PROMPT) + 2))
    found = explaining.scores(ids, targets)
    assert "reading" not in explaining.doings
    assert_like(found, fresh(preset).explain(ExplainRequest(ids, targets, Method.GRAD_L2)))


def test_nor_is_an_edited_one_whose_response_was_drafted(preset: Path) -> None:
    explaining = Explaining(fresh(preset))
    written(explaining.engine, PROMPT)
    edited = (*PROMPT[:80], 77, *PROMPT[81:])
    ids = written(explaining.engine, edited)
    targets = ((len(edited), len(ids)),)
    found = explaining.scores(ids, targets)
    assert "reading" not in explaining.doings
    assert_like(found, fresh(preset).explain(ExplainRequest(ids, targets, Method.GRAD_L2)))


def test_a_run_that_was_overtaken_is_read_again(gemma2_preset: Path) -> None:
    explaining = Explaining(fresh(gemma2_preset))
    ids = written(explaining.engine, PROMPT)
    written(explaining.engine, some_ids(90, seed=6))
    targets = ((len(PROMPT), len(ids)),)
    found = explaining.scores(ids, targets)
    assert "reading" in explaining.doings
    assert_like(found, fresh(gemma2_preset).explain(ExplainRequest(ids, targets, Method.GRAD_L2)))


def test_a_later_run_does_not_touch_what_is_kept_of_an_explained_one(gemma2_preset: Path) -> None:
    explaining = Explaining(fresh(gemma2_preset))
    ids = written(explaining.engine, PROMPT)
    explaining.scores(ids, ((len(PROMPT), len(ids)),))
    written(explaining.engine, some_ids(90, seed=6))
    targets = ((len(PROMPT) + 1, len(PROMPT) + 3),)
    found = explaining.scores(ids, targets)
    assert "reading" not in explaining.doings
    assert_like(found, fresh(gemma2_preset).explain(ExplainRequest(ids, targets, Method.GRAD_L2)))


def test_without_memory_for_it_everything_is_read_and_computed_again(
    gemma2_preset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    targets: Targets = ((len(PROMPT), len(PROMPT) + 5),)
    ids = (*PROMPT, *some_ids(6)[1:])
    wanted = fresh(gemma2_preset).explain(ExplainRequest(ids, targets, Method.GRAD_L2))
    monkeypatch.setattr("prompt_salience.engine.gemma_engine.spare_bytes", lambda _memory: 10)
    explaining = Explaining(fresh(gemma2_preset))
    for _ in range(2):
        assert_like(explaining.scores(ids, targets), wanted)
        assert "reading" in explaining.doings


def test_a_target_is_worked_out_once(gemma2_preset: Path) -> None:
    explaining, ids = Explaining(fresh(gemma2_preset)), some_ids(40)
    first = explaining.scores(ids, ((30, 36), (36, 40)))
    again = explaining.scores(ids, ((36, 40), (30, 36)))
    assert explaining.doings == []
    assert_array_equal(again.scores, first.scores[::-1])
    assert_array_equal(again.log_probs, first.log_probs[::-1])


def test_a_later_target_of_a_sequence_that_was_read_needs_a_backward_pass_alone(gemma2_preset: Path) -> None:
    explaining, ids = Explaining(fresh(gemma2_preset)), some_ids(40)
    explaining.scores(ids, ((30, 33),))
    targets: Targets = ((36, 40),)
    found = explaining.scores(ids, targets)
    assert set(explaining.doings) == {"explaining"}
    assert_like(found, fresh(gemma2_preset).explain(ExplainRequest(ids, targets, Method.GRAD_L2)))


def test_another_method_of_known_targets_is_free(gemma2_preset: Path) -> None:
    explaining, ids, targets = Explaining(fresh(gemma2_preset)), some_ids(40), ((30, 36), (36, 40))
    explaining.scores(ids, targets)
    found = explaining.scores(ids, targets, Method.GRAD_DOT_INPUT)
    assert explaining.doings == []
    assert_like(found, fresh(gemma2_preset).explain(ExplainRequest(ids, targets, Method.GRAD_DOT_INPUT)))


def test_a_span_that_known_ones_make_up_is_free_for_a_linear_method(gemma2_preset: Path) -> None:
    explaining, ids = Explaining(fresh(gemma2_preset)), some_ids(40)
    explaining.scores(ids, ((30, 33), (33, 36), (36, 40)), Method.GRAD_DOT_INPUT)
    whole: Targets = ((30, 40),)
    found = explaining.scores(ids, whole, Method.GRAD_DOT_INPUT)
    assert explaining.doings == []
    assert_like(found, fresh(gemma2_preset).explain(ExplainRequest(ids, whole, Method.GRAD_DOT_INPUT)))
    explaining.scores(ids, whole, Method.GRAD_L2)
    assert set(explaining.doings) == {"explaining"}


def test_a_shorter_sequence_of_the_same_beginning_is_not_taken_for_the_longer_one(gemma2_preset: Path) -> None:
    explaining, ids = Explaining(fresh(gemma2_preset)), some_ids(40)
    explaining.scores(ids, ((30, 40),))
    other = (*ids[:39], (ids[39] + 1) % 500)
    targets: Targets = ((30, 40),)
    assert_like(
        explaining.scores(other, targets), fresh(gemma2_preset).explain(ExplainRequest(other, targets, Method.GRAD_L2))
    )


def test_what_was_finished_before_it_was_called_off_is_kept(
    gemma2_preset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prompt_salience.engine.explanation.targets_at_once", lambda _config, _length: 1)
    explaining, ids, targets = Explaining(fresh(gemma2_preset)), some_ids(40), ((30, 36), (36, 40))

    def call_off(doing: str, done: int, of: int) -> None:
        if doing == "explaining" and done > of // 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        explaining.engine.explain(ExplainRequest(ids, targets, Method.GRAD_L2), call_off)
    explaining.scores(ids, targets[:1])
    assert explaining.doings == []
    explaining.scores(ids, targets)
    assert set(explaining.doings) == {"explaining"}
