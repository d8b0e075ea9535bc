"""Responses: the model's own likeliest tokens, ended where they should be, stopped whenever somebody wants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import jax
import numpy as np
import pytest
from models import decoder_of, engine_of, some_ids
from numpy.testing import assert_allclose

from prompt_salience.engine.forward import forward
from prompt_salience.engine.gemma_engine import GemmaEngine
from prompt_salience.engine.generation import ChosenToken, generated
from prompt_salience.engine.last_run import LastRun
from prompt_salience.engine.logits import log_distribution
from prompt_salience.engine.tokenizer import Tokenizer
from prompt_salience.engine_client.protocol import (
    Completion,
    ContextOverflowError,
    EngineError,
    ExplainRequest,
    SamplingSettings,
    StopReason,
    no_progress,
)

PROMPT = some_ids(20, seed=5)
DRAWN = SamplingSettings(max_new_tokens=12, temperature=3.0, seed=1)


def completed(engine: GemmaEngine, settings: SamplingSettings, prompt: tuple[int, ...] = PROMPT) -> Completion:
    *_, last = engine.generate(prompt, settings)
    return last


def ids_of(completion: Completion) -> tuple[int, ...]:
    return tuple(token.id for token in completion.tokens)


def test_greedy_tokens_are_the_likeliest_of_the_whole_forward_pass(preset: Path) -> None:
    """Each token that memory gave is the one that reading everything again gives."""
    engine, model = engine_of(preset), decoder_of(preset)
    prompt = some_ids(60, seed=2)
    response = completed(engine, SamplingSettings(max_new_tokens=8), prompt)
    sequence = prompt + ids_of(response)
    run = forward(model, sequence, no_progress)
    distribution = log_distribution(model.config, model.weights.embedding, model.weights.final_norm, run.output[0])
    assert len(response.tokens) == 8
    assert sequence[60:] == tuple(np.argmax(distribution, axis=1)[59 : len(sequence) - 1].tolist())
    assert_allclose(response.log_probs, engine.log_probs(sequence)[59:], rtol=1e-4, atol=1e-5)


def test_the_emitted_token_ids_are_the_ones_explained(preset: Path) -> None:
    """Ids that no text would be tokenised to are explained as they are."""
    engine = engine_of(preset)
    response = completed(engine, DRAWN)
    sequence = PROMPT + ids_of(response)
    again = tuple(token.id for token in engine.tokenize(response.text, start=False))
    assert again != ids_of(response)
    result = engine.explain(ExplainRequest(sequence, ((len(PROMPT), len(sequence)),)))
    assert result.scores.shape == (1, len(sequence))
    assert_allclose(result.log_probs[0], sum(response.log_probs), rtol=1e-4)


def test_a_seed_gives_the_same_response_and_another_seed_another(gemma2_preset: Path) -> None:
    engine = engine_of(gemma2_preset)
    assert completed(engine, DRAWN) == completed(engine, DRAWN)
    assert completed(engine, DRAWN) != completed(engine, replace(DRAWN, seed=2))


def test_sampling_changes_the_choice_and_not_the_log_probabilities(gemma2_preset: Path) -> None:
    engine = engine_of(gemma2_preset)
    response = completed(engine, replace(DRAWN, top_k=300, top_p=0.99))
    sequence = PROMPT + ids_of(response)
    assert_allclose(response.log_probs, engine.log_probs(sequence)[len(PROMPT) - 1 :], rtol=1e-4, atol=1e-5)


def test_completions_grow_and_never_take_back(gemma2_preset: Path) -> None:
    completions = list(engine_of(gemma2_preset).generate(PROMPT, DRAWN))
    for earlier, later in pairwise(completions):
        assert earlier.stop_reason is None
        assert later.text.startswith(earlier.text)
        assert later.tokens[: len(earlier.tokens)] == earlier.tokens
        assert len(later.tokens) == len(later.log_probs)
        assert len(later.tokens) > len(earlier.tokens) or later.stop_reason is not None
    assert completions[-1].stop_reason is StopReason.TOKEN_BUDGET


def test_the_iterator_can_be_closed_at_any_token(gemma2_preset: Path) -> None:
    engine, reports = engine_of(gemma2_preset), []
    completions = engine.generate(PROMPT, replace(DRAWN, max_new_tokens=40), lambda *report: reports.append(report))
    next(completions)
    completions.close()
    assert reports[-1][0] == "generating"
    assert reports[-1][1] < 5
    assert list(completions) == []


class CancelledError(Exception):
    """What a progress report raises."""


@pytest.mark.parametrize(("doing", "after"), [("reading", 2), ("generating", 3), ("explaining", 2)])
def test_a_report_that_raises_leaves_the_engine_usable(gemma2_preset: Path, doing: str, after: int) -> None:
    loaded = engine_of(gemma2_preset)
    other, engine = (GemmaEngine(loaded.info, loaded._model, loaded._tokenizer) for _ in range(2))

    def report(now: str, done: int, _of: int) -> None:
        if (now, done) == (doing, after):
            raise CancelledError

    def work(engine: GemmaEngine, progress: object) -> tuple[Completion, bytes]:
        *_, last = engine.generate(PROMPT, DRAWN, progress)
        sequence = PROMPT + ids_of(last)
        return last, engine.explain(ExplainRequest(sequence, ((20, len(sequence)),)), progress).scores.tobytes()

    expected = work(other, no_progress)
    with pytest.raises(CancelledError):
        work(engine, report)
    assert work(engine, no_progress) == expected


def scripted(model_ids: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the model choose these tokens."""

    def chosen_tokens(*_arguments: object) -> Iterator[ChosenToken]:
        return (ChosenToken(token_id, -0.5) for token_id in model_ids)

    monkeypatch.setattr("prompt_salience.engine.generation._chosen_tokens", chosen_tokens)


def written(
    preset: Path, pieces: list[str], stops: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> list[Completion]:
    engine = engine_of(preset)
    tokenizer: Tokenizer = engine._tokenizer
    scripted([tokenizer._pieces.piece_to_id(piece) for piece in pieces], monkeypatch)
    settings = SamplingSettings(max_new_tokens=len(pieces), stop_strings=stops)
    return list(generated(decoder_of(preset), tokenizer, LastRun(most_bytes=10**9), PROMPT, settings, no_progress))


@pytest.mark.parametrize("end", ["<eos>", "<end_of_turn>"])
def test_the_end_of_text_and_of_a_turn_end_a_response_and_are_no_part_of_it(
    gemma_preset: Path, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = written(gemma_preset, ["t", "he", end, "t"], (), monkeypatch)[-1]
    assert (last.text, last.stop_reason) == ("the", StopReason.END_OF_TEXT)
    assert last.log_probs == (-0.5, -0.5)


def test_an_empty_response_says_so(gemma_preset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert written(gemma_preset, ["<eos>"], (), monkeypatch) == [Completion((), "", (), StopReason.END_OF_TEXT)]
    with pytest.raises(ValueError, match="there is no response to explain"):
        engine_of(gemma_preset).explain(ExplainRequest(PROMPT, ((20, 20),)))


def test_a_stop_string_across_tokens_is_cut_off_and_was_never_shown(
    gemma_preset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    completions = written(gemma_preset, ["a", "b", "he", "t", "x"], ("bhet",), monkeypatch)
    assert [completion.text for completion in completions] == ["a", "a"]
    assert completions[-1].stop_reason is StopReason.STOP_STRING
    assert [token.text for token in completions[-1].tokens] == ["a"]


def test_a_token_that_holds_the_beginning_of_a_stop_string_keeps_its_id(
    gemma_preset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = written(gemma_preset, ["a", "he", "t"], ("et",), monkeypatch)[-1]
    assert last.text == "ah"
    assert [(token.text, token.start, token.end) for token in last.tokens] == [("a", 0, 1), ("h", 1, 2)]
    assert last.tokens[1].id == engine_of(gemma_preset)._tokenizer._pieces.piece_to_id("he")


def test_what_only_looked_like_a_stop_string_is_shown_after_all(
    gemma_preset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    completions = written(gemma_preset, ["a", "b", "he"], ("bx", "hey"), monkeypatch)
    assert [completion.text for completion in completions] == ["a", "ab", "abhe"]
    assert completions[-1].stop_reason is StopReason.TOKEN_BUDGET


def test_an_unfinished_character_is_held_back_until_the_end(
    gemma_preset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    completions = written(gemma_preset, ["a", "<0xE2>", "<0x82>"], (), monkeypatch)
    assert [completion.text for completion in completions] == ["a", "a\N{REPLACEMENT CHARACTER}"]
    assert len(completions[-1].tokens) == 3


def small_context(preset: Path, tokens: int) -> GemmaEngine:
    """The same model, reading only so many tokens."""
    engine, model = engine_of(preset), decoder_of(preset)
    config = replace(model.config, context_length=tokens)
    info = replace(engine.info, context_length=tokens)
    return GemmaEngine(info, replace(model, config=config), engine._tokenizer)


def test_a_full_context_ends_a_response(gemma2_preset: Path) -> None:
    last = completed(small_context(gemma2_preset, 23), DRAWN)
    assert (len(last.tokens), last.stop_reason) == (3, StopReason.CONTEXT_FULL)


def test_a_prompt_longer_than_the_context_is_refused_with_both_numbers(gemma2_preset: Path) -> None:
    engine = small_context(gemma2_preset, 20)
    with pytest.raises(ContextOverflowError, match="20 tokens, and the model reads at most 20"):
        engine.generate(PROMPT, DRAWN)
    with pytest.raises(ContextOverflowError, match="25 tokens, and the model reads at most 20"):
        engine.explain(ExplainRequest(some_ids(25), ((20, 25),)))
    with pytest.raises(ContextOverflowError):
        engine.log_probs(some_ids(21))
    assert engine.log_probs(PROMPT).shape == (19,)


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ((), "no target"),
        (((5, 5),), "target 5:5 is empty"),
        (((0, 3),), "does not lie within"),
        (((3, 21),), "tokens 1 to 19"),
        (((7, 6),), "is empty"),
    ],
)
def test_targets_that_are_not_there_are_refused(
    gemma_preset: Path, targets: tuple[tuple[int, int], ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        engine_of(gemma_preset).explain(ExplainRequest(PROMPT, targets))


def test_token_ids_of_another_model_are_refused(gemma_preset: Path) -> None:
    engine = engine_of(gemma_preset)
    with pytest.raises(ValueError, match="from 0 to 511"):
        engine.log_probs((2, 512))
    with pytest.raises(ValueError, match="at least the token <bos>"):
        engine.generate((), DRAWN)
    assert engine.log_probs((2,)).shape == (0,)


def test_log_probabilities_that_are_not_numbers_are_an_error(gemma_preset: Path) -> None:
    engine, model = engine_of(gemma_preset), decoder_of(gemma_preset)
    damaged = jax.tree_util.tree_map(lambda leaf: leaf * np.nan, model.weights)
    broken = GemmaEngine(engine.info, replace(model, weights=damaged), engine._tokenizer)
    with pytest.raises(EngineError, match="not numbers"):
        completed(broken, SamplingSettings(max_new_tokens=2))
