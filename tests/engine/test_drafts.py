"""Responses that drafts and kept caches made quicker: to the token what plain greedy decoding writes.

A random model whose embeddings weigh as much as they should writes one token over and over; here they weigh little, so
that what was read before decides what comes next.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from models import decoder_of, engine_of, some_ids
from numpy.testing import assert_allclose, assert_array_equal

from prompt_salience.engine import greedy
from prompt_salience.engine.drafts import Drafts
from prompt_salience.engine.gemma_engine import GemmaEngine
from prompt_salience.engine.key_value_cache import CachedSequence
from prompt_salience.engine.last_run import LastRun
from prompt_salience.engine.lengths import cache_room, prompt_pieces
from prompt_salience.engine.logits import log_distribution
from prompt_salience.engine.stopping import stop_position
from prompt_salience.engine_client.protocol import Completion, SamplingSettings, StopReason, no_progress

GREEDY = SamplingSettings(max_new_tokens=24)


def fresh(preset: Path, context_length: int = 0) -> GemmaEngine:
    """An engine that remembers nothing, and writes varied responses; with a length, it reads only so many tokens."""
    engine, model = engine_of(preset), decoder_of(preset)
    length = context_length or engine.info.context_length
    config = replace(model.config, context_length=length, embedding_scale=0.05)
    info = replace(engine.info, context_length=length)
    return GemmaEngine(info, replace(model, config=config), engine._tokenizer)


def completed(engine: GemmaEngine, prompt: tuple[int, ...], settings: SamplingSettings = GREEDY) -> Completion:
    *_, last = engine.generate(prompt, settings)
    return last


@contextmanager
def without_drafts() -> Iterator[None]:
    """Decode token by token."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Drafts, "next", lambda *_: ())
        yield


def plain(preset: Path, prompt: tuple[int, ...], settings: SamplingSettings = GREEDY, context: int = 0) -> Completion:
    """What plain greedy decoding writes, by an engine that remembers nothing."""
    with without_drafts():
        return completed(fresh(preset, context), prompt, settings)


def assert_same(found: Completion, wanted: Completion) -> None:
    assert (found.tokens, found.text, found.stop_reason) == (wanted.tokens, wanted.text, wanted.stop_reason)
    assert_allclose(found.log_probs, wanted.log_probs, rtol=0, atol=1e-4)


def written_ids(preset: Path, prompt: tuple[int, ...], settings: SamplingSettings = GREEDY) -> tuple[int, ...]:
    """What plain decoding wrote, the token that ended it included."""
    with without_drafts():
        engine = fresh(preset)
        completed(engine, prompt, settings)
        return engine._last_run.response


def drafts_of(response: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Right, wrong at every position, too short, too long, and none."""
    yield response
    for place in range(len(response)):
        yield (*response[:place], (response[place] + 1) % 500, *response[place + 1 :])
        yield response[:place]
    yield (*response, 9, 10, 1, 11)


def test_any_draft_gives_the_plain_response(preset: Path) -> None:
    prompt = some_ids(60, seed=2)
    wanted, engine = plain(preset, prompt), fresh(preset)
    assert len({token.id for token in wanted.tokens}) > 10
    for draft in drafts_of(written_ids(preset, prompt)):
        engine._last_run.response = draft
        assert_same(completed(engine, prompt), wanted)


@pytest.mark.parametrize("length", [1, 2, 63, 64, 65, 128, 129, 300])
def test_edited_prompts_of_all_lengths_give_the_plain_response(preset: Path, length: int) -> None:
    """Across the borders of pieces and buckets, with what the runs before left behind."""
    engine, random = fresh(preset), np.random.default_rng(length)
    prompt = some_ids(length, seed=length)
    for _ in range(3):
        assert_same(completed(engine, prompt), plain(preset, prompt))
        place = int(random.integers(0, len(prompt)))
        prompt = (2, *prompt[1:place], *some_ids(3, seed=place)[1:], *prompt[place + 1 :])


def test_a_repetitive_prompt_is_looked_up_and_gives_the_plain_response(preset: Path) -> None:
    for seed in range(4):
        prompt = some_ids(12, seed=seed) * 5
        response = written_ids(preset, prompt)
        repeated = (*prompt, *response, *prompt, *response[: 8 + seed])
        assert_same(completed(fresh(preset), repeated), plain(preset, repeated))


def test_in_doubt_the_plain_numbers_decide(preset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a least lead that hardly a token reaches, numbers are those of plain decoding to the last bit."""
    prompt = some_ids(60, seed=2)
    wanted, response = plain(preset, prompt), written_ids(preset, prompt)
    monkeypatch.setattr(greedy, "_LEAST_LEAD", 1e9)
    engine = fresh(preset)
    engine._last_run.response = response
    assert completed(engine, prompt) == wanted
    monkeypatch.setattr(greedy, "_LEAST_LEAD", 5.0)
    assert_same(completed(engine, prompt), wanted)


def test_passes_of_all_lengths_differ_far_less_than_the_least_lead(preset: Path) -> None:
    model, prompt, draft = decoder_of(preset), some_ids(100, seed=3), some_ids(64, seed=4)
    sequence = CachedSequence(model, cache_room(164))
    sequence.read_prompt(prompt, no_progress)

    def log_probs(hidden: object) -> np.ndarray:
        return np.asarray(log_distribution(model.config, model.weights.embedding, model.weights.final_norm, hidden[0]))

    together = [log_probs(sequence.tried(draft[:count], lambda: None))[:count] for count in (8, 64)]
    steps = []
    for token_id in draft:
        sequence.append(token_id)
        steps.append(log_probs(sequence.last)[0])
    for found in together:
        assert np.abs(found - np.array(steps[: len(found)])).max() < greedy._LEAST_LEAD / 100


@pytest.mark.parametrize("budget", [1, 2, 7, 8, 9])
def test_the_budget_cuts_a_draft(gemma2_preset: Path, budget: int) -> None:
    prompt = some_ids(60, seed=2)
    engine, settings = fresh(gemma2_preset), replace(GREEDY, max_new_tokens=budget)
    engine._last_run.response = written_ids(gemma2_preset, prompt)
    found = completed(engine, prompt, settings)
    assert_same(found, plain(gemma2_preset, prompt, settings))
    assert (len(found.tokens), found.stop_reason) == (budget, StopReason.TOKEN_BUDGET)


@pytest.mark.parametrize("context", [61, 62, 64, 68, 70])
def test_the_context_cuts_a_draft(preset: Path, context: int) -> None:
    prompt = some_ids(60, seed=2)
    engine = fresh(preset, context)
    engine._last_run.response = written_ids(preset, prompt)
    found = completed(engine, prompt)
    assert_same(found, plain(preset, prompt, context=context))
    assert (len(found.tokens), found.stop_reason) == (context - 60, StopReason.CONTEXT_FULL)


def test_stop_tokens_end_a_response_inside_a_draft(gemma2_preset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prompt = some_ids(60, seed=2)
    engine, response = fresh(gemma2_preset), written_ids(gemma2_preset, prompt)
    stop = next(place for place in range(3, 24) if response[place] not in response[:place])
    monkeypatch.setattr(engine._tokenizer, "stop_ids", frozenset({response[stop]}))
    for draft in (response, response[: stop + 1], response[:stop]):
        engine._last_run.response = draft
        found = completed(engine, prompt)
        assert found.stop_reason is StopReason.END_OF_TEXT
        assert tuple(token.id for token in found.tokens) == response[:stop]
    assert written_ids(gemma2_preset, prompt) == response[: stop + 1]


def test_stop_strings_end_a_response_inside_a_draft(preset: Path) -> None:
    prompt = some_ids(60, seed=2)
    text = plain(preset, prompt).text
    for start in range(2, len(text) - 3, 5):
        settings = replace(GREEDY, stop_strings=(text[start : start + 3],))
        engine = fresh(preset)
        completed(engine, prompt)
        found = completed(engine, prompt, settings)
        assert_same(found, plain(preset, prompt, settings))
        assert found.stop_reason is StopReason.STOP_STRING
        assert stop_position(found.text, settings.stop_strings) is None


def test_drawn_responses_are_the_same_to_the_bit_whatever_was_run_before(preset: Path) -> None:
    engine, drawn = fresh(preset), replace(GREEDY, temperature=3.0, seed=4)
    prompt = some_ids(200, seed=6)
    completed(engine, prompt)
    completed(engine, (*prompt[:150], *some_ids(60, seed=7)))
    assert completed(engine, prompt, drawn) == completed(fresh(preset), prompt, drawn)


def readings(engine: GemmaEngine, prompt: tuple[int, ...], settings: SamplingSettings = GREEDY) -> int:
    """How many layer passes over pieces of the prompt a run took."""
    doings: list[str] = []
    *_, _last = engine.generate(prompt, settings, lambda doing, _done, _of: doings.append(doing))
    return doings.count("reading")


def test_only_what_follows_the_common_pieces_is_read_again(gemma2_preset: Path) -> None:
    engine, layers = fresh(gemma2_preset), len(decoder_of(gemma2_preset).views)
    prompt = some_ids(350, seed=8)
    assert readings(engine, prompt) == 4 * layers
    assert readings(engine, prompt) == layers
    assert readings(engine, (*prompt[:330], 9, *prompt[331:])) == layers
    assert readings(engine, (*prompt[:300], 9, *prompt[301:])) == 2 * layers
    assert readings(engine, (*prompt[:200], 9, *prompt[201:])) == 3 * layers
    assert readings(engine, (2, 9, *prompt[2:])) == 4 * layers


def test_other_rooms_and_caches_too_large_are_not_kept(gemma2_preset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, layers = fresh(gemma2_preset), len(decoder_of(gemma2_preset).views)
    prompt = some_ids(100, seed=8)
    readings(engine, prompt)
    assert readings(engine, prompt, replace(GREEDY, max_new_tokens=200)) == 2 * layers
    monkeypatch.setattr(engine._last_run, "_most_bytes", 10)
    readings(engine, prompt)
    assert readings(engine, prompt) == 2 * layers


class CancelledError(Exception):
    """What a progress report raises."""


@pytest.mark.parametrize("after", range(7))
def test_a_run_called_off_anywhere_leaves_the_next_one_right(preset: Path, after: int) -> None:
    engine, prompt = fresh(preset), some_ids(150, seed=9)
    completed(engine, prompt)
    edited = (*prompt[:70], 9, *prompt[71:])
    reports: list[str] = []

    def report(doing: str, _done: int, _of: int) -> None:
        reports.append(doing)
        if len(reports) > after:
            raise CancelledError

    with pytest.raises(CancelledError):
        list(engine.generate(edited, GREEDY, report))
    for again in (edited, prompt):
        assert_same(completed(engine, again), plain(preset, again))


def test_a_layer_that_fails_throws_the_caches_away(gemma2_preset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, prompt = fresh(gemma2_preset), some_ids(100, seed=8)
    wanted = completed(engine, prompt)
    with monkeypatch.context() as patch:
        patch.setattr("prompt_salience.engine.key_value_cache.read_layer", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            completed(engine, prompt)
    assert_same(completed(engine, prompt), wanted)


def test_a_response_that_broke_off_does_not_replace_the_longer_one(gemma2_preset: Path) -> None:
    last_run = LastRun(most_bytes=10**9)
    sequence = CachedSequence(decoder_of(gemma2_preset), 64)
    for response, remembered in [((5, 6, 7), (5, 6, 7)), ((5, 6), (5, 6, 7)), ((5, 8), (5, 8)), ((), (5, 8))]:
        last_run.keep(sequence, response)
        assert last_run.response == remembered


def test_drafts_follow_the_last_response_and_look_up_what_stands_before() -> None:
    drafts = Drafts((2, 11, 12, 13, 14, 15), (21, 22, 23, 24))
    assert drafts.next(9) == (21, 22, 23, 24)
    drafts.write((21,))
    assert drafts.next(2) == (22, 23)
    drafts.write((11, 12, 13))
    assert drafts.next(2) == (14, 15)
    assert drafts.next(0) == ()


def test_look_ups_that_do_not_pay_are_followed_by_longer_and_longer_pauses() -> None:
    drafts, offered = Drafts((2, *(7,) * 9), ()), []
    for count in range(40):
        if drafts.next(9):
            offered.append(count)
        drafts.write((7,))
    assert offered == [0, 2, 6, 14, 30]


def test_pieces_cover_a_prompt_and_depend_on_its_length_alone() -> None:
    for length in range(1, 1200):
        pieces = prompt_pieces(length)
        assert_array_equal([piece.start for piece in pieces[1:]], [piece.stop for piece in pieces[:-1]])
        assert pieces[0].start == 0
        assert pieces[-1].start < length <= pieces[-1].stop <= cache_room(length)
