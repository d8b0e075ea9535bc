"""The wire: everything that is sent comes back as it was, in JSON that does not grow with the numbers in it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.engine_client.protocol import (
    AblateRequest,
    Completion,
    ExplainRequest,
    Method,
    ModelInfo,
    SamplingSettings,
    StopReason,
    Token,
    TokenScores,
)
from prompt_salience.engine_client.status import EngineState
from prompt_salience.engine_client.wire import (
    Ablate,
    Answered,
    Asked,
    CancelRequest,
    Exit,
    Explain,
    Failed,
    Fault,
    Generate,
    Initialize,
    Load,
    LogProbs,
    MalformedMessageError,
    ModelAddress,
    Progressed,
    Started,
    StateChanged,
    Tokenize,
    Written,
    answer_to,
    answered,
    from_json,
    to_json,
)

numbers = st.integers(0, 2**31 - 1)
ids = st.lists(numbers, max_size=20).map(tuple)
texts = st.text(max_size=20)
tokens = st.lists(st.builds(Token, numbers, texts, numbers, numbers, st.booleans()), max_size=8).map(tuple)
log_probs = st.lists(st.floats(max_value=0, allow_nan=False), max_size=8).map(tuple)
settings = st.builds(
    SamplingSettings,
    numbers,
    st.floats(0, 5),
    numbers,
    st.floats(0, 1),
    numbers,
    st.lists(texts, max_size=3).map(tuple),
)
models = st.builds(ModelAddress, texts, texts, st.none() | texts)
targets = st.lists(st.tuples(numbers, numbers), max_size=4).map(tuple)
requests = st.one_of(
    st.builds(Initialize, numbers),
    st.builds(Load, models),
    st.builds(Tokenize, models, texts, st.booleans()),
    st.builds(Generate, models, ids, settings),
    st.builds(Explain, models, st.builds(ExplainRequest, ids, targets, st.sampled_from(Method))),
    st.builds(LogProbs, models, ids),
)
messages = st.one_of(
    st.builds(Asked, numbers, requests),
    st.builds(Failed, numbers, st.builds(Fault, st.integers(-40_000, 0), texts, texts, numbers, numbers)),
    st.builds(CancelRequest, numbers),
    st.just(Exit()),
    st.builds(Started, numbers),
    st.builds(Progressed, numbers, texts, numbers, numbers),
    st.builds(Written, numbers, numbers, numbers, tokens, texts, log_probs),
    st.builds(StateChanged, st.sampled_from(EngineState), texts),
)
MODEL = ModelAddress("judge", "/models/judge")


@given(messages)
def test_messages_come_back_as_they_were(message):
    assert from_json(to_json(message)) == message


def sent_back(request, answer):
    message = from_json(to_json(answered(7, request, answer)))
    assert isinstance(message, Answered)
    assert message.id == 7
    return answer_to(request, message)


@given(tokens)
def test_tokens_come_back_as_they_were(answer):
    assert sent_back(Tokenize(MODEL, "", start=True), answer) == answer


@given(st.builds(Completion, tokens, texts, log_probs, st.none() | st.sampled_from(StopReason)))
def test_a_completion_comes_back_as_it_was(answer):
    assert sent_back(Generate(MODEL, (2,), SamplingSettings()), answer) == answer


def test_a_model_comes_back_as_it_was():
    info = ModelInfo("judge", "gemma3", 2_700_000, "float32", 4096, "/models/judge", instruction_tuned=True, devices=2)
    assert sent_back(Load(MODEL), info) == info


@given(st.integers(0, 3), st.integers(0, 9), st.integers(0, 2**32))
def test_scores_come_back_to_the_precision_of_float32(rows, columns, seed):
    scores = np.random.default_rng(seed).normal(0, 1e-3, (rows, columns))
    answer = TokenScores(scores, scores.sum(axis=1))
    got = sent_back(Explain(MODEL, ExplainRequest((2,), ((0, 1),))), answer)
    assert got.scores.dtype == got.log_probs.dtype == np.float64
    assert np.array_equal(got.scores, scores.astype(np.float32))
    assert np.array_equal(got.log_probs, answer.log_probs.astype(np.float32))


@given(st.lists(ids, max_size=5).map(tuple), ids, st.integers(0, 2**32))
def test_versions_of_a_prompt_come_back_as_they_were(prompts, response, seed):
    hidden = np.random.default_rng(seed).random((len(prompts), max(map(len, prompts), default=0))) < 0.5
    message = from_json(to_json(Asked(3, Ablate(MODEL, AblateRequest(prompts, response, hidden)))))
    assert isinstance(message, Asked)
    got = message.request.request
    assert (message.id, message.request.model, got.prompts, got.response) == (3, MODEL, prompts, response)
    assert got.hidden.dtype == np.bool_
    assert np.array_equal(got.hidden, hidden)


def test_what_is_hidden_travels_in_bits():
    data = to_json(Asked(1, Ablate(MODEL, AblateRequest((), (), np.ones((1000, 1000), bool)))))
    assert len(data) < 200_000


def test_a_million_numbers_are_one_string():
    data = to_json(answered(1, LogProbs(MODEL, (2, 3)), np.linspace(-5, 0, 1_000_000)))
    assert len(data) < 5_500_000
    assert data.count(b",") < 10


def test_json_is_ascii_whatever_the_text():
    text = "Ünï\u2028\U0001f95a\ud800"
    data = to_json(Asked(1, Tokenize(MODEL, text, start=True)))
    assert data.isascii()
    assert b"\n" not in data
    assert from_json(data).request.text == text


@pytest.mark.parametrize(
    ("data", "request_id"),
    [
        (b"{", None),
        (b"[]", None),
        (b"\xff", None),
        (b"{}", None),
        (b'{"method": "$/unknown", "params": {}}', None),
        (b'{"id": 3, "method": "unknown", "params": {}}', 3),
        (b'{"id": 3, "method": "logProbs", "params": {"model": {}}}', 3),
        (b'{"id": 3, "method": "tokenize"}', 3),
        (b'{"id": 3, "error": {"code": 1}}', 3),
        (b'{"id": 3}', 3),
    ],
)
def test_other_messages_are_refused(data, request_id):
    with pytest.raises(MalformedMessageError) as raised:
        from_json(data)
    assert raised.value.id == request_id


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["id", "method", "params", "result", "error", "model"]) | st.text(), inner
            )
        ),
    )
)
def test_any_json_is_a_message_or_refused(value):
    try:
        message = from_json(json.dumps(value).encode())
    except MalformedMessageError:
        return
    assert from_json(to_json(message)) == message


def test_an_answer_of_another_type_is_refused():
    for result in ({"shape": [2], "float32": "AAAA"}, {"shape": [1]}, None, 3, {"shape": [1], "float32": "!"}):
        with pytest.raises(MalformedMessageError):
            answer_to(LogProbs(MODEL, (2, 3)), Answered(1, result))
