"""Versions of a prompt: tokens that are hidden or gone, one by one and many at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from models import decoder_in_float64, decoder_of, engine_of, some_ids
from numpy.testing import assert_allclose
from test_attention import plain_attention

from prompt_salience.engine import ablation
from prompt_salience.engine.ablation import response_log_probs
from prompt_salience.engine.attention import attend_to_itself
from prompt_salience.engine.config import BlockConfig
from prompt_salience.engine.forward import decoder
from prompt_salience.engine.lengths import version_count
from prompt_salience.engine_client.protocol import (
    EVALUATING,
    AblateRequest,
    ContextOverflowError,
    EngineError,
    no_progress,
)

PROMPT, RESPONSE = some_ids(70), some_ids(12, seed=1)[1:]
TOLERANCE = {"rtol": 2e-5, "atol": 2e-5}


def asked(*hidden: range, prompt: tuple[int, ...] = PROMPT, response: tuple[int, ...] = RESPONSE) -> AblateRequest:
    """A request for a version of the prompt for each range of hidden tokens."""
    masks = np.zeros((len(hidden), len(prompt)), bool)
    for mask, positions in zip(masks, hidden, strict=True):
        mask[positions] = True
    return AblateRequest((prompt,) * len(hidden), response, masks)


def plain(preset: Path, prompt: tuple[int, ...], response: tuple[int, ...] = RESPONSE) -> np.ndarray:
    return engine_of(preset).log_probs((*prompt, *response))[len(prompt) - 1 :]


def test_hiding_nothing_changes_nothing(preset: Path) -> None:
    found = engine_of(preset).ablated(asked(range(0)))
    assert found.dtype == np.float64
    assert_allclose(found, [plain(preset, PROMPT)], **TOLERANCE)


def test_versions_of_other_tokens_and_lengths_are_read_as_if_alone(preset: Path) -> None:
    """As removing units makes them: nothing is hidden, and tokens are gone."""
    prompts = (PROMPT, PROMPT[:30] + PROMPT[41:], (2, *PROMPT[50:]), (2,), some_ids(100, seed=3))
    request = AblateRequest(prompts, RESPONSE, np.zeros((5, 100), bool))
    assert_allclose(engine_of(preset).ablated(request), [plain(preset, prompt) for prompt in prompts], **TOLERANCE)


def test_a_hidden_beginning_is_as_if_it_were_not_there(preset: Path) -> None:
    """Rotary positions are relative, so the rest of the sequence is shifted and nothing else.

    ``<bos>`` must be hidden for that, which no request may ask for. In float64: a shift rounds the angles otherwise.
    """
    with jax.enable_x64(new_val=True):
        model = decoder_in_float64(decoder_of(preset))
        for length in (1, 9, 40):
            hidden = asked(range(length))
            part = ablation._padded_versions(hidden)
            whole = ablation._response_rows(model, hidden, ablation._read(model, *part, lambda: None))
            rest = AblateRequest((PROMPT[length:],), RESPONSE, np.zeros((1, len(PROMPT) - length), bool))
            assert_allclose(whole, response_log_probs(model, rest, no_progress), rtol=1e-9, atol=1e-9)


def test_what_is_hidden_does_not_matter(preset: Path) -> None:
    """Whatever the hidden tokens are, the response is as likely; as soon as one is seen it is not."""
    other = (*PROMPT[:20], *(7 for _ in range(10)), *PROMPT[30:])
    engine = engine_of(preset)
    first, second = (engine.ablated(asked(range(20, 30), range(20, 29), prompt=ids)) for ids in (PROMPT, other))
    assert_allclose(first[0], second[0], rtol=1e-6, atol=1e-6)
    assert np.abs(first[1] - second[1]).max() > 1e-4


def test_what_is_hidden_from_later_tokens_sees_what_it_always_saw(preset: Path) -> None:
    """The last token of the prompt, from which the response begins, sees itself though it is hidden."""
    last = range(len(PROMPT) - 1, len(PROMPT))
    found = engine_of(preset).ablated(asked(range(0), last))
    assert_allclose(found[0, 0], found[1, 0], rtol=1e-6, atol=1e-6)
    assert np.abs(found[0, 1:] - found[1, 1:]).max() > 1e-4


def test_a_token_whose_whole_window_is_hidden_sees_itself(gemma2_preset: Path) -> None:
    """With windows in every layer, a token in the midst of hidden ones is as if it came first."""
    model = decoder_of(gemma2_preset)
    local = decoder(replace(model.config, layers=(model.config.layers[0],) * len(model.config.layers)), model.weights)
    window = local.config.layers[0].window
    hidden = asked(range(1, len(PROMPT)))
    found = response_log_probs(local, hidden, no_progress)
    alone = AblateRequest((PROMPT[-1:],), RESPONSE, np.zeros((1, 1), bool))
    expected = response_log_probs(local, alone, no_progress)
    assert window < len(PROMPT)
    assert_allclose(found[0, 0], expected[0, 0], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("window", [1, 5, 10_000])
@pytest.mark.parametrize("length", [10, 256])
def test_attention_without_blocked_keys_is_plain_attention(length: int, window: int) -> None:
    config = BlockConfig(6, 2, 8, 0.3, 3.0, 1e-6)
    random = np.random.default_rng(0)
    query, key, value = (random.normal(0, 2, (length, heads, 8)) for heads in (6, 2, 2))
    blocked = random.random((2, length)) < 0.4
    arrays = (jnp.asarray(np.stack([array] * 2), jnp.float32) for array in (query, key, value))
    found = attend_to_itself(config, *arrays, jnp.int32(window), jnp.asarray(blocked))
    for version in range(2):
        for position in range(0, length, 7):
            # A query meets its own key and those that are open, so it is as if it came last among these alone.
            seen = [at for at in range(position) if not blocked[version, at] and at > position - window] + [position]
            expected = plain_attention(config, query[seen], key[seen], value[seen], len(seen))[-1]
            assert_allclose(found[version, position], expected, rtol=1e-4, atol=1e-5)


def test_versions_do_not_depend_on_each_other(preset: Path) -> None:
    engine = engine_of(preset)
    hidden = [range(start, start + 3) for start in range(1, 60, 5)]
    together = engine.ablated(asked(*hidden))
    alone = [engine.ablated(asked(one))[0] for one in hidden]
    assert_allclose(together, alone, **TOLERANCE)
    assert_allclose(engine.ablated(asked(*hidden[::-1])), together[::-1], **TOLERANCE)


def test_a_response_token_does_not_know_those_after_it(preset: Path) -> None:
    engine = engine_of(preset)
    whole = engine.ablated(asked(range(20, 30)))
    start = engine.ablated(asked(range(20, 30), response=RESPONSE[:4]))
    assert_allclose(whole[:, :4], start, **TOLERANCE)


def test_batches_are_as_large_as_memory_allows(gemma_preset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_of(gemma_preset)
    hidden = [range(start, start + 3) for start in range(1, 60, 5)]
    expected, reports = engine.ablated(asked(*hidden)), []
    monkeypatch.setattr("prompt_salience.engine.lengths._NUMBERS_AT_ONCE", 1)
    assert_allclose(engine.ablated(asked(*hidden), lambda *report: reports.append(report)), expected, **TOLERANCE)
    told = [report for report in reports if report[0] == EVALUATING]
    assert told == [(EVALUATING, done, 12) for done in range(12) for _layer in range(2)]
    assert {version_count(count) for count in range(1, 9)} == {1, 2, 4, 8}


def test_a_report_that_raises_leaves_the_engine_as_it_was(gemma2_preset: Path) -> None:
    engine = engine_of(gemma2_preset)

    def enough(_doing: str, done: int, _of: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.ablated(asked(*[range(start, start + 3) for start in range(1, 60, 5)]), enough)
    assert_allclose(engine.ablated(asked(range(0))), [plain(gemma2_preset, PROMPT)], **TOLERANCE)


def test_no_version_is_no_trouble(gemma_preset: Path) -> None:
    assert engine_of(gemma_preset).ablated(AblateRequest((), RESPONSE, np.zeros((0, 0), bool))).shape == (0, 11)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (asked(range(1)), "<bos> cannot be hidden"),
        (asked(range(0), response=()), "at least one token"),
        (AblateRequest(((),), RESPONSE, np.zeros((1, 0), bool)), "at least the token <bos>"),
        (AblateRequest((PROMPT,), RESPONSE, np.zeros((1, 5), bool)), "has shape"),
        (asked(range(0), response=(100_000,)), "Token ids must lie from 0"),
    ],
)
def test_requests_that_mean_nothing_are_refused(gemma_preset: Path, request_: AblateRequest, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        engine_of(gemma_preset).ablated(request_)


def test_a_version_that_is_too_long_is_refused(gemma_preset: Path) -> None:
    with pytest.raises(ContextOverflowError):
        engine_of(gemma_preset).ablated(asked(range(0), prompt=some_ids(8_190)))


def test_probabilities_that_are_not_numbers_are_an_error(gemma_preset: Path) -> None:
    model = decoder_of(gemma_preset)
    broken = replace(model.weights, final_norm=model.weights.final_norm * np.nan)
    with pytest.raises(EngineError, match="not numbers"):
        response_log_probs(decoder(model.config, broken), asked(range(0)), no_progress)
