"""A response, token by token.

Decisions:
- What is handed out never changes later: a character whose bytes are not all there, and text that may turn out to
  begin a stop string, wait until they are settled. When the response ends, they are settled.
- ``<eos>`` and ``<end_of_turn>`` end a response and are not part of it. A stop string ends it and is not part of its
  text; a token that holds both the end of the text and the beginning of a stop string keeps its id and loses the range
  of what was cut.
- Temperature, top-k and top-p change which token is chosen, never the log-probability that is reported.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing

import numpy as np
from jax import Array

from prompt_salience.engine.choice import ChosenToken, check_finite
from prompt_salience.engine.drafts import Drafts
from prompt_salience.engine.forward import Decoder
from prompt_salience.engine.greedy import greedy_tokens
from prompt_salience.engine.key_value_cache import CachedSequence
from prompt_salience.engine.last_run import LastRun
from prompt_salience.engine.lengths import cache_room
from prompt_salience.engine.logits import next_log_probs
from prompt_salience.engine.response_text import ResponseText, clipped
from prompt_salience.engine.sampling import chosen
from prompt_salience.engine.stopping import stop_position, undecided_length
from prompt_salience.engine.tokenizer import Tokenizer
from prompt_salience.engine_client.protocol import (
    Completion,
    Progress,
    SamplingSettings,
    StopReason,
)


def generated(
    model: Decoder,
    tokenizer: Tokenizer,
    last_run: LastRun,
    token_ids: tuple[int, ...],
    settings: SamplingSettings,
    progress: Progress,
) -> Iterator[Completion]:
    """The response to a prompt, as far as it is settled, each time more of it is; the last one says why it ended.

    What is remembered in ``last_run`` is made use of, and replaced.

    Raises:
        EngineError: the model's log-probabilities are not numbers.
    """
    response, log_probs, handed_out = ResponseText(tokenizer), [], 0
    budget = min(settings.max_new_tokens, model.config.context_length - len(token_ids))
    reason = StopReason.TOKEN_BUDGET if budget == settings.max_new_tokens else StopReason.CONTEXT_FULL
    with closing(_chosen_tokens(model, last_run, token_ids, budget, settings, progress)) as chosen_tokens:
        for token in chosen_tokens:
            if token.id in tokenizer.stop_ids:
                reason = StopReason.END_OF_TEXT
                break
            response.add(token.id)
            log_probs.append(token.log_prob)
            if stop_position(response.text, settings.stop_strings) is not None:
                reason = StopReason.STOP_STRING
                break
            settled = _settled(response, log_probs, settings)
            if len(settled.tokens) > handed_out:
                handed_out = len(settled.tokens)
                yield settled
    response.finish()
    yield _ended(response, log_probs, settings, reason)


def _chosen_tokens(
    model: Decoder,
    last_run: LastRun,
    token_ids: tuple[int, ...],
    budget: int,
    settings: SamplingSettings,
    progress: Progress,
) -> Generator[ChosenToken]:
    """At most ``budget`` tokens after a prompt; closing it, or a report that raises, ends the run."""
    sequence = last_run.taken(model, cache_room(len(token_ids) + budget))
    written: list[int] = []
    try:
        sequence.read_prompt(token_ids, progress)
        for token in _tokens(model, sequence, last_run, budget, settings, progress):
            written.append(token.id)
            yield token
    finally:
        last_run.keep(sequence, written)


def _tokens(
    model: Decoder,
    sequence: CachedSequence,
    last_run: LastRun,
    budget: int,
    settings: SamplingSettings,
    progress: Progress,
) -> Iterator[ChosenToken]:
    if settings.temperature == 0:
        drafts = Drafts(sequence.token_ids, last_run.response)
        return greedy_tokens(model, sequence, drafts, budget, progress)
    return _sampled_tokens(model, sequence, budget, settings, progress)


def _sampled_tokens(
    model: Decoder, sequence: CachedSequence, budget: int, settings: SamplingSettings, progress: Progress
) -> Iterator[ChosenToken]:
    random = np.random.default_rng(settings.seed)
    for count in range(budget):
        progress("generating", count, budget)
        token = _drawn(model, sequence.last, settings, random)
        yield token
        if count + 1 < budget:
            sequence.append(token.id)


def _drawn(model: Decoder, last: Array, settings: SamplingSettings, random: np.random.Generator) -> ChosenToken:
    weights = model.weights
    distribution = next_log_probs(model.config, weights.embedding, weights.final_norm, last)
    log_probs = np.asarray(distribution, np.float64)
    check_finite(float(log_probs.max()))
    token_id = chosen(log_probs, settings, random)
    return ChosenToken(token_id, float(log_probs[token_id]))


def _settled(response: ResponseText, log_probs: list[float], settings: SamplingSettings) -> Completion:
    undecided = undecided_length(response.text, settings.stop_strings)
    text = response.text[: len(response.text) - undecided]
    tokens = tuple(token for token in response.tokens if token.end <= len(text))
    text = text[: tokens[-1].end if tokens else 0]
    return Completion(tokens, text, tuple(log_probs[: len(tokens)]), None)


def _ended(
    response: ResponseText, log_probs: list[float], settings: SamplingSettings, reason: StopReason
) -> Completion:
    # A character that was never finished may have completed a stop string, so this looks for one again.
    stop = stop_position(response.text, settings.stop_strings)
    text = response.text[:stop]
    tokens = clipped(tuple(response.tokens), text)
    ended = reason if stop is None else StopReason.STOP_STRING
    return Completion(tokens, text, tuple(log_probs[: len(tokens)]), ended)
