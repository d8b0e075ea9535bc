"""What an engine in another process answers: the same as one in this process."""

from __future__ import annotations

import time

import numpy as np
import pytest
from watched import MODEL, eventually

from prompt_salience.engine_client.cancellation import NEVER
from prompt_salience.engine_client.protocol import (
    AblateRequest,
    ContextOverflowError,
    EngineError,
    ExplainRequest,
    Method,
    ModelLoadError,
    SamplingSettings,
)
from prompt_salience.engine_client.status import EngineState
from prompt_salience.explaining import Settings, complete_and_explain
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.rendering import render
from prompt_salience.prompts.template import parse_template
from scripted_engine import ScriptedEngine

TEXT = "Does the guest like eggs?\n"


def test_every_answer_is_that_of_an_engine_in_this_process(supervised):
    here, there = ScriptedEngine(name="judge", blame={"eggs": 7.0}), supervised("--blame", "eggs", 7).load()
    assert there.info == here.info
    tokens = here.tokenize(TEXT, start=True)
    assert there.tokenize(TEXT, start=True) == tokens
    ids = [token.id for token in tokens]
    assert list(there.generate(ids, SamplingSettings())) == list(here.generate(ids, SamplingSettings()))
    request = ExplainRequest(tuple(ids), ((2, 4), (1, 7)), Method.GRAD_DOT_INPUT)
    got, expected = there.explain(request), here.explain(request)
    assert np.array_equal(got.scores, expected.scores)
    assert np.array_equal(got.log_probs, expected.log_probs)
    assert np.array_equal(there.log_probs(ids), here.log_probs(ids))
    versions = AblateRequest((tuple(ids), (2, 5)), (7, 8), np.arange(2 * len(ids)).reshape(2, -1) % 3 == 1)
    np.testing.assert_allclose(there.ablated(versions), here.ablated(versions), rtol=1e-6)


def test_the_states_of_a_run(supervised):
    engine = supervised()
    there = engine.load()
    ids = [token.id for token in there.tokenize(TEXT, start=True)]
    list(there.generate(ids, SamplingSettings()))
    there.explain(ExplainRequest(tuple(ids), ((2, 4),)))
    ready = EngineState.READY
    between = [EngineState.STARTING, EngineState.LOADING, EngineState.GENERATING, EngineState.EXPLAINING]
    assert engine.states == [state for pair in zip(between, [ready] * 4, strict=True) for state in pair]
    assert [status.model for status in engine.statuses] == ["", "", *["judge"] * 6]
    assert engine.pids == {engine.pid}


def test_a_response_comes_while_it_is_written(supervised):
    there = supervised("--seconds-per-token", 0.05).load()
    began = time.monotonic()
    response = there.generate([2, 5], SamplingSettings())
    assert next(response).text == " It"
    assert time.monotonic() - began < 0.4
    response.close()


def test_progress_is_told_and_not_too_often(supervised):
    engine = supervised("--layers", 400, "--seconds-per-layer", 0.001)
    told = []
    there = engine.load(progress=lambda *step: told.append(step))
    assert told[0] == ("loading", 0, 400)
    told.clear()
    began = time.monotonic()
    there.explain(ExplainRequest((2, 3, 4), ((1, 2),)), lambda *step: told.append(step))
    assert told[0] == ("reading", 0, 400)
    assert told[-1] == ("explaining", 0, 1)
    assert 5 <= len(told) <= 20 * (time.monotonic() - began) + 2


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("EngineError", EngineError),
        ("ModelLoadError", ModelLoadError),
        ("ContextOverflowError", ContextOverflowError),
        ("ValueError", ValueError),
        ("XlaRuntimeError", EngineError),
        ("ZeroDivisionError", EngineError),
    ],
)
def test_errors_are_raised_as_what_they_are_and_end_nothing(supervised, name, kind):
    engine = supervised("--raise-when", "explaining", name)
    there = engine.load()
    with pytest.raises(kind) as raised:
        there.explain(ExplainRequest((2, 3), ((1, 2),)))
    assert type(raised.value) is kind
    assert len(there.tokenize(TEXT, start=True)) == 8
    assert engine.supervisor.status.restarts == 0
    if name == "ZeroDivisionError":
        assert "raised ZeroDivisionError" in str(raised.value)
    if name in {"ValueError", "ZeroDivisionError"}:
        eventually(lambda: any("Traceback" in line for line in engine.log))
    else:
        assert not any("Traceback" in line for line in engine.log)


def test_an_error_while_loading_leaves_no_model(supervised):
    engine = supervised("--raise-when", "loading", "ModelLoadError")
    with pytest.raises(ModelLoadError, match="raised ModelLoadError"):
        engine.load()
    assert (engine.supervisor.status.state, engine.supervisor.status.model) == (EngineState.READY, "")


def test_an_error_while_generating_comes_from_the_iterator(supervised):
    there = supervised("--context-length", 3).load()
    with pytest.raises(ContextOverflowError, match="4 tokens, and the model reads at most 3") as raised:
        next(there.generate([2, 3, 4, 5], SamplingSettings()))
    assert (raised.value.tokens, raised.value.context_length) == (4, 3)


def test_models_are_switched_by_requests(supervised):
    engine = supervised()
    judge = engine.load()
    other = engine.supervisor.load(type(MODEL)("other", MODEL.path, MODEL.where), None, NEVER)
    assert engine.supervisor.status.model == "other"
    assert len(judge.tokenize(TEXT, start=False)) == 7
    assert engine.supervisor.status.model == "judge"
    assert (judge.info.name, other.info.name) == ("judge", "other")


def test_several_threads_ask_at_once(supervised):
    engine = supervised("--seconds-per-layer", 0.005)
    there = engine.load()
    requests = [ExplainRequest((2, *range(3, 5 + count)), ((1, 2),)) for count in range(12)]
    found = [engine.in_a_thread(there.explain, request) for request in requests]
    assert [future.result(10).scores.shape[1] for future in found] == [len(one.token_ids) for one in requests]


def test_a_whole_explanation(supervised):
    there = supervised("--blame", "eggs", 50, "--response-when", "eggs and cream", " No: it has eggs.").load()
    template = parse_template(Document("a.txt", "It has eggs. Fine.\nA tart with eggs and cream."))
    found = complete_and_explain(there, render(template), Settings())
    assert found.response == " No: it has eggs."
    assert found.model.name == "judge"
