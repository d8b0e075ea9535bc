"""The engine, told what to do by ``lit.py``: the work that LIT does in the process beside it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from itertools import pairwise
from typing import Any

from floors import measured_rates
from loading import peak_bytes
from prompt_salience.engine.gemma_engine import GemmaEngine
from prompt_salience.engine.load import load_engine
from prompt_salience.engine_client.protocol import Completion, ExplainRequest, Method, SamplingSettings
from turns import serve, timed

MODEL = sys.argv[1]


@cache
def engine() -> GemmaEngine:
    """The engine with the model."""
    return load_engine(MODEL, dtype="float32")


def token_ids(text: str) -> tuple[int, ...]:
    """The ids of a text, with ``<bos>`` before them."""
    return tuple(token.id for token in engine().tokenize(text, start=True))


def spans(prompt: str, sentences: list[str]) -> list[tuple[int, int]]:
    """The token ranges of the sentences of a response."""
    counts = [len(token_ids(prompt + "".join(sentences[:end]))) for end in range(len(sentences) + 1)]
    return list(pairwise(counts))


def explain(prompt: str, response: str, spans: list[tuple[int, int]]) -> dict[str, Any]:
    """Explain ranges of tokens, all at once."""
    engine()
    with timed() as seconds:
        ids = token_ids(prompt + response)
        found = engine().explain(ExplainRequest(ids, tuple((start, end) for start, end in spans), Method.GRAD_L2))
    return {"seconds": seconds, "token_ids": ids, "scores": found.scores.tolist()}


def generate(prompt: str, new_tokens: int) -> dict[str, Any]:
    """Write a response of so many tokens."""
    with timed() as seconds:
        last = _written(prompt, new_tokens)
    return {"seconds": seconds, "text": last.text, "tokens": len(last.log_probs)}


def _written(prompt: str, new_tokens: int) -> Completion:
    *_, last = _writing(prompt, new_tokens)
    return last


def _writing(prompt: str, new_tokens: int) -> Iterator[Completion]:
    return engine().generate(token_ids(prompt), SamplingSettings(max_new_tokens=new_tokens))


def _writes(prompt: str, text: str, new_tokens: int) -> bool:
    """Whether the response is this text; the first token that differs ends it."""
    return all(text.startswith(written.text) for written in _writing(prompt, new_tokens))


def unchanging_edit(prompt: str, edits: list[str], new_tokens: int) -> dict[str, Any]:
    """The first of several edits of a prompt that leaves its length and its response as they are.

    Raises:
        StopIteration: there is none.
    """
    ids, wanted = token_ids(prompt), _written(prompt, new_tokens).text
    same_length = (edit for edit in edits if len(token_ids(edit)) == len(ids))
    found = next(edit for edit in same_length if _writes(edit, wanted, new_tokens))
    kept = next(index for index, pair in enumerate(zip(ids, token_ids(found), strict=True)) if pair[0] != pair[1])
    return {"prompt": found, "kept": kept}


def rates() -> dict[str, dict[str, float]]:
    """Operations and bytes that this machine does and reads in a second of each clock, just now."""
    return {clock: asdict(found) for clock, found in measured_rates().items()}


if __name__ == "__main__":
    actions = (spans, explain, generate, unchanging_edit, rates)
    serve({action.__name__: action for action in actions} | {"peak": peak_bytes})
