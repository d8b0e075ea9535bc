"""Checks by removing as a table, in words and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest
from rich.cells import cell_len
from specimens import MENU, RESPONSE, explained

from prompt_salience.engine_client.protocol import Method
from prompt_salience.report.check_words import agreement_words, change_words
from prompt_salience.report.checks_json import checks_json, checks_schema
from prompt_salience.report.checks_picture import NOTHING_MORE, checks_picture
from prompt_salience.report.likelihood import times_likely
from prompt_salience.report.look import Look
from prompt_salience.verifying import Check, Verification, first_difference

OTHERWISE = RESPONSE.replace("Go for it.", "Avoid it.")


def check(text: str, influence: float, change: float, after: str = RESPONSE) -> Check:
    start = MENU.index(text)
    difference = first_difference(RESPONSE, after)
    return Check(
        ((start, start + len(text)),), (0, len(RESPONSE)), influence, -1.0, change - 1.0, RESPONSE, after, difference
    )


CHECKS = (
    check("Recommendation: Go for it.", 0.6, -2.31, OTHERWISE),
    check("Guest likes: rice", 0.3, 0.0),
    check("You judge dishes on a menu for a guest.", 0.1, 0.69),
)


def verified(*checks: Check, method: Method = Method.GRAD_L2) -> Verification:
    return Verification(explained(method=method), checks)


def shown(verification: Verification, **look: object) -> str:
    return "\n".join(line.plain for line in checks_picture(verification, Look(**look)))


def test_the_table() -> None:
    text = shown(verified(*CHECKS), width=100)
    assert text.split("\n\n")[1].split("\n") == [
        "influence  log p  probability  response  without",
        "      60%  −2.31  10× less     changed   Recommendation: Go for it.",
        "                                         was: Recommendation: Go for it.",
        "                                         now: Recommendation: Avoid it.",
        "      30%   0.00  as before    the same  Guest likes: rice",
        "      10%  +0.69  2.0× more    the same  You judge dishes on a menu for a guest.",
    ]
    assert text.split("\n\n")[0].split("\n")[0].startswith("Response")


def test_without_room_for_columns_the_numbers_are_words() -> None:
    lines = shown(verified(*CHECKS), width=44).split("\n\n")[1].split("\n")
    assert lines[:5] == [
        "Recommendation: Go for it.",
        "  influence 60%, log p −2.31, probability",
        "  10× less, response changed",
        "  was: Recommendation: Go for it.",
        "  now: Recommendation: Avoid it.",
    ]


@pytest.mark.parametrize("width", [40, 60, 76, 100, 200])
@pytest.mark.parametrize("method", Method)
def test_no_line_is_wider_than_the_look_nor_ends_in_blanks(width: int, method: Method) -> None:
    longer = check("Dish: Onion soup", -0.9, -9000.0, " no. " * 60)
    for line in shown(verified(*CHECKS, longer, method=method), width=width).split("\n"):
        assert cell_len(line) <= width
        assert line == line.rstrip()


def test_a_response_that_ends_earlier_says_so() -> None:
    text = shown(verified(check("Guest likes: rice", 0.3, -1.0, " it has eggs in it, which the guest cannot eat.")))
    assert "was: Recommendation: Go for it.\n" in text
    assert f"now: {NOTHING_MORE}" in text


def test_an_output_of_few_characters_gets_none_that_it_lacks() -> None:
    text = shown(verified(*CHECKS), width=100, encoding="ascii")
    assert "-2.31  10x less  " in text
    assert text.isascii()


def test_prompt_and_response_cannot_steer_the_terminal() -> None:
    hostile = check("Guest likes: rice", 0.3, -1.0, " \x1b]0;owned\x07 \u202e.")
    assert not {"\x1b", "\x07", "\u202e"} & set(shown(verified(hostile)))


@pytest.mark.parametrize(("change", "words"), [(-2.306, "−2.31"), (0.001, "0.00"), (-0.004, "0.00"), (12.0, "+12.00")])
def test_changes_in_words(change: float, words: str) -> None:
    assert change_words(check("Dish", 0.1, change)) == words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (0.0, "as likely as before"),
        (-2.303, "10× less likely"),
        (1.1, "3.0× more likely"),
        (-900.0, "over 1,000× less likely"),
    ],
)
def test_factors_in_words(change: float, words: str) -> None:
    assert times_likely(change) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            (-3.0, -2.0, -1.0),
            "is the order of the changes of log p (rank correlation 1.00 over 3 units, which is few).",
        ),
        ((-2.0, -3.0, -1.0, -0.5, -0.1), "agrees largely with the order of the changes"),
        ((-2.0, -1.0, -3.0, -0.1, -2.5), "has nothing to do with the order of the changes"),
        ((-2.0, -1.0, -3.0, -2.5), "is rather the reverse of"),
        ((1.0, 2.0, 3.0), "is the reverse of the order of the changes"),
    ],
)
def test_agreement_in_words(changes: tuple[float, ...], words: str) -> None:
    checks = [check("Dish", 0.5 - number / 10, change) for number, change in enumerate(changes)]
    assert words in agreement_words(verified(*checks))


def test_a_method_with_a_sign_is_compared_with_drops() -> None:
    checks = (check("Dish", 0.5, -2.0), check("Dish", -0.4, 1.0))
    assert "is the order of the drops" in agreement_words(verified(*checks, method=Method.GRAD_DOT_INPUT))


def test_what_has_no_order_says_so() -> None:
    assert agreement_words(verified(CHECKS[0])).startswith("One unit has no order")
    assert "all alike" in agreement_words(verified(*(check("Dish", 0.1, -1.0) for _ in range(3))))


def test_json_is_valid_by_its_schema_and_leads_to_the_texts() -> None:
    jsonschema.Draft202012Validator.check_schema(checks_schema())
    found = json.loads(checks_json(verified(*CHECKS)))
    jsonschema.validate(found, checks_schema(), cls=jsonschema.Draft202012Validator)
    assert found["target"]["text"] == RESPONSE
    assert [piece["text"] for one in found["checks"] for piece in one["units"]] == [
        MENU[slice(*one.spans[0])] for one in CHECKS
    ]
    assert [one["difference"] for one in found["checks"]] == [
        {"sentence": 2, "before": "Recommendation: Go for it.", "after": "Recommendation: Avoid it."},
        None,
        None,
    ]
    assert found["rank_correlation"] == pytest.approx(0.5)


def test_json_takes_what_is_beyond_all_bounds() -> None:
    without_order = verified(replace(CHECKS[0], log_prob_after=-1e6))
    jsonschema.validate(json.loads(checks_json(without_order)), checks_schema())
