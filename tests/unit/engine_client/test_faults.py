"""Errors keep their class and their words on the way from the engine to its client."""

from __future__ import annotations

import pytest

from prompt_salience.engine_client.cancellation import Cancelled
from prompt_salience.engine_client.faults import error_of, fault_of, is_expected
from prompt_salience.engine_client.protocol import ContextOverflowError, EngineError, ModelLoadError
from prompt_salience.engine_client.wire import Failed, from_json, to_json


def sent(error: Exception) -> Exception:
    return error_of(from_json(to_json(Failed(1, fault_of(error)))).fault)


@pytest.mark.parametrize("error", [EngineError("a"), ModelLoadError("b"), ValueError("c"), Cancelled()])
def test_errors_that_callers_know_keep_their_class(error):
    got = sent(error)
    assert (type(got), str(got)) == (type(error), str(error))


def test_an_overflow_keeps_its_numbers_and_its_words():
    error = ContextOverflowError(5000, 4096, "The prompt and the response together have")
    got = sent(error)
    assert isinstance(got, ContextOverflowError)
    assert (got.tokens, got.context_length, str(got)) == (5000, 4096, str(error))


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 5")])
def test_no_memory_is_told_with_what_to_do(error):
    got = sent(error)
    assert type(got) is EngineError
    assert str(got).startswith("The computer has not enough memory for this. Close other programs")
    assert is_expected(error)


def test_a_mistake_of_ours_is_an_engine_error_that_names_it():
    error = KeyError("blocks")
    got = sent(error)
    assert type(got) is EngineError
    assert str(got).startswith("The engine made a mistake (KeyError: 'blocks').")
    assert not is_expected(error)


def test_a_class_of_values_is_told_as_the_class_that_callers_know():
    assert type(sent(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"))) is ValueError
