"""What the comparison with LIT makes of what both sides answer, on sides that are no models."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

from lit import BACKWARD, NEXT, ONE, Pair, largest_difference, pairs, printed, table
from lit_case import RESPONSE, SENTENCES, edits, prompt
from prompt_salience.embedded import embedded_model_path
from prompt_salience.engine.tokenizer import Tokenizer
from random_model import tokenizer_proto
from turns import Worker, timed

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
GIGABYTE = 10**9


def test_the_table_has_a_ratio_and_a_floor_for_each_work() -> None:
    best = {ONE: Pair(2.0, 9.0), NEXT: Pair(1.0, 9.0), BACKWARD: Pair(0.9)}
    heading, one, following, backward, memory = table(
        best, {ONE: 1.0, NEXT: 0.8, BACKWARD: 0.8}, {"peak memory of an explanation": Pair(2 * GIGABYTE, 5 * GIGABYTE)}
    )
    assert len({len(heading), len(one), len(backward), len(memory)}) == 1
    assert one == [ONE, "9.00 s", "2.00 s", "4.5", "4 or more", "1.00 s", "2.00"]
    assert following[-1] == "1.25"
    assert backward == [BACKWARD, "", "0.90 s", "", "", "0.80 s", "1.12; 1.4 or less"]
    assert memory[1:5] == ["5.00 GB", "2.00 GB", "2.5", "1.7 or more"]


def test_without_lit_its_columns_are_empty() -> None:
    rows = list(table({NEXT: Pair(1.0)}, {NEXT: 1.0}, {}))
    assert rows[1][:4] == [NEXT, "", "1.00 s", ""]


def test_the_table_is_printed_as_text_and_as_markdown() -> None:
    rows = [["a", "bb"], ["ccc", ""]]
    assert printed(rows, markdown=False) == "a    bb\nccc"
    assert printed(rows, markdown=True) == "| a   | bb |\n| --- | -- |\n| ccc |    |"


def test_the_best_of_each_side_counts() -> None:
    assert Pair(2.0, 3.0).best(Pair(1.0, 4.0)) == Pair(1.0, 3.0)
    assert Pair(2.0).best(Pair(1.0)) == Pair(1.0)


def test_the_clocks_count_waiting_and_work_apart() -> None:
    with timed() as waiting:
        time.sleep(0.2)
    assert waiting["wall"] >= 0.2 > 2 * waiting["processor"]


def test_each_clock_has_its_own_figures() -> None:
    taken = pairs({"wall": 1.0, "processor": 2.0}, {"wall": 3.0, "processor": 4.0})
    assert taken == {"wall": Pair(1.0, 3.0), "processor": Pair(2.0, 4.0)}
    assert pairs({"wall": 1.0}, None) == {"wall": Pair(1.0)}


def test_scores_are_compared_as_shares_of_lits() -> None:
    assert largest_difference([[1.0, 2.2, 0.0]], [[1.0, 2.0, 0.0]]) == pytest.approx(0.1)


def test_a_score_that_only_one_side_gives_is_another_target() -> None:
    with pytest.raises(AssertionError, match="different tokens"):
        largest_difference([[1.0, 2.0]], [[1.0, 0.0]])


def test_a_prompt_begins_like_no_other_and_an_edit_changes_a_word_near_its_end() -> None:
    text = prompt("A")
    assert text[1:] == prompt("B")[1:]
    changed = list(edits(text))
    assert len(changed) > 10
    for edit in changed:
        assert edit != text
        assert edit[: len(text) * 5 // 6] == text[: len(text) * 5 // 6]


def test_the_response_has_ten_sentences_of_about_five_tokens() -> None:
    tokenizer = Tokenizer.read(embedded_model_path() / "assets" / "tokenizer" / "vocabulary.spm")
    assert len(SENTENCES) == 10
    assert 45 <= len(tokenizer.tokens(RESPONSE)) <= 60


def test_added_pieces_are_never_found_in_a_text() -> None:
    known = Tokenizer.read(embedded_model_path() / "assets" / "tokenizer" / "vocabulary.spm")
    wider = Tokenizer(tokenizer_proto(5_000))
    assert wider.vocabulary_size == 5_000
    text = prompt("A") + " ⟦2050⟧"
    assert wider.tokens(text) == known.tokens(text)
    assert wider.written_text(4_999) == "⟦4999⟧"


def test_a_worker_answers_in_turn_and_what_it_prints_is_no_answer() -> None:
    script = (
        f"import sys; sys.path.insert(0, {str(BENCHMARKS)!r})\n"
        "from turns import serve\n"
        "def twice(number):\n    print('noise')\n    return 2 * number\n"
        "serve({'twice': twice})"
    )
    with Worker([sys.executable, "-c", script], {}) as worker:
        assert [worker.ask("twice", number=number) for number in (1, 2)] == [2, 4]


def test_a_worker_that_dies_says_why() -> None:
    with (
        Worker([sys.executable, "-c", "raise SystemExit('no model here')"], {}) as worker,
        pytest.raises(RuntimeError, match="no model here"),
    ):
        worker.ask("explain")
