"""The floors of the benchmarks, against arithmetic done by hand on a model of one-digit widths."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

from floors import Rates, Work, backward, gemma_config, head, head_gradients, new_token, reading, total
from prompt_salience.engine.config import LayerKind

CONFIG = gemma_config({
    "vocabulary_size": 100, "num_layers": 2, "num_query_heads": 2, "num_key_value_heads": 1, "hidden_dim": 4,
    "intermediate_dim": 12, "head_dim": 3,
})  # fmt: skip
MATRICES = 2 * (4 * 6 + 4 * 3 + 4 * 3 + 6 * 4 + 4 * 6 + 4 * 6 + 6 * 4)
PAIR = 4 * 2 * 3
"""Operations of a pair of tokens in one layer: a score and a value, for two heads of three numbers."""


def test_reading_counts_matrices_for_each_token_and_pairs_of_tokens() -> None:
    assert reading(CONFIG, 5) == Work(2 * 5 * MATRICES + 2 * 15 * PAIR, 4 * MATRICES)


def test_tokens_before_are_attended_to_and_their_keys_and_values_read() -> None:
    cached = 2 * 10 * 3 * 2
    assert reading(CONFIG, 2, 10) == Work(2 * 2 * MATRICES + 2 * (11 + 12) * PAIR, 4 * (MATRICES + cached))


def test_a_window_bounds_the_pairs() -> None:
    windowed = replace(CONFIG, layers=(LayerKind(3), LayerKind()))
    assert reading(windowed, 5).operations == 2 * 5 * MATRICES + (1 + 2 + 3 + 3 + 3 + 15) * PAIR


def test_the_head_reads_every_embedding_once_for_all_rows_and_twice_for_gradients() -> None:
    assert head(CONFIG, 3) == Work(2 * 3 * 400, 4 * 400)
    assert head_gradients(CONFIG, 3) == Work(2 * 2 * 3 * 400, 2 * 4 * 400)
    assert new_token(CONFIG, 7) == (reading(CONFIG, 1, 7), head(CONFIG, 1))


def test_backward_takes_the_matrices_once_and_the_attention_twice() -> None:
    assert backward(CONFIG, 5) == Work(2 * 5 * MATRICES + 2 * 2 * 15 * PAIR, 4 * MATRICES)


def test_a_step_takes_the_longer_of_arithmetic_and_reading_and_steps_add_up() -> None:
    rates = Rates(operations=100, bytes=10)
    assert Work(200, 10).seconds(rates) == pytest.approx(2)
    assert Work(100, 30).seconds(rates) == pytest.approx(3)
    assert total(rates, Work(200, 10), Work(100, 30)) == pytest.approx(5)


def test_the_better_rate_of_each_counts() -> None:
    assert Rates(5, 1).best(Rates(3, 2)) == Rates(5, 2)


def test_feed_forward_and_windows_are_read_as_keras_reads_them() -> None:
    config = gemma_config({
        "vocabulary_size": 100, "num_layers": 3, "num_query_heads": 2, "num_key_value_heads": 1, "hidden_dim": 4,
        "intermediate_dim": 12, "head_dim": 3, "use_sliding_window_attention": True, "sliding_window_size": 8,
    })  # fmt: skip
    assert config.feedforward_dim == 6
    assert [kind.window for kind in config.layers] == [8, None, 8]
