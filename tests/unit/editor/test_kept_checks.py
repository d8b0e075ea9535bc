"""Checks by removing in an editor: where they can be made, how long they are kept, what is said of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from explained_snapshots import LOOP, LOOP_PATH, edited, explained, loop, unexplained

from prompt_salience.editor.check_words import check_message, checks_of_line
from prompt_salience.editor.choices import Choices
from prompt_salience.editor.kept_checks import with_check, with_checks_of
from prompt_salience.editor.line_influence import line_influence
from prompt_salience.editor.removable_units import removable_units
from prompt_salience.editor.snapshot import Explained, Snapshot, lines
from prompt_salience.editor.targets import Wanted, with_target
from prompt_salience.engine_client.protocol import Method
from prompt_salience.prompts.units import Granularity
from prompt_salience.verifying import Check, check_by_removing, first_difference
from scripted_engine import ScriptedEngine

VALUES = "loop.values.yaml"
RESPONSE = ScriptedEngine().response
SNAPSHOT = explained(*loop())


def texts(snapshot: Snapshot, at: str, length: int = 0, path: str = LOOP_PATH) -> list[str]:
    """What would be taken out at a place."""
    start = snapshot.documents[path].text.index(at)
    explanation = known(snapshot).explanation
    units = [explanation.units[unit] for unit in removable_units(snapshot, path, start, start + length)]
    return [explanation.prompt[unit.start : unit.end] for unit in units]


def known(snapshot: Snapshot) -> Explained:
    assert snapshot.explained
    return snapshot.explained


def checked(snapshot: Snapshot, at: str, length: int = 0, response: str = RESPONSE) -> Snapshot:
    """The snapshot after a check of what stands at a place, which made the model write ``response``."""
    start = snapshot.documents[LOOP_PATH].text.index(at)
    units = removable_units(snapshot, LOOP_PATH, start, start + length)
    made = check_by_removing(ScriptedEngine(response), known(snapshot).explanation, units)
    check = replace(made, log_prob_after=made.log_prob_before - 2.303)
    return replace(snapshot, explained=with_check(known(snapshot), check))


def said(snapshot: Snapshot, at: str) -> list[str]:
    line = lines(snapshot, LOOP_PATH).at(snapshot.documents[LOOP_PATH].text.index(at))
    found = line_influence(snapshot, LOOP_PATH, line)
    return list(checks_of_line(snapshot, found.units)) if found else []


def explained_anew(snapshot: Snapshot, choices: Choices | None = None, response: str = RESPONSE) -> Snapshot:
    """The snapshot after its texts were explained anew."""
    document, sidecar = snapshot.documents[LOOP_PATH], snapshot.documents[VALUES]
    fresh = explained(document, sidecar, choices=choices, engine=ScriptedEngine(response))
    return replace(fresh, explained=with_checks_of(snapshot.explained, known(fresh)))


@pytest.mark.parametrize(
    ("at", "length", "expected"),
    [
        ("Think", 0, ["Think twice."]),
        ("ake your time", 3, ["Take your time."]),
        ("Take your time. Think twice.", 28, ["Take your time.", "Think twice."]),
        (" Think twice.", 0, ["Take your time."]),
        ("{{ dish }}", 0, ["- Dish 1: Quiche is on the menu.", "- Dish 2: Onion soup is on the menu."]),
        ("{# Said", 0, []),
        ("Answer at once.", 0, []),
        ("{% if hurried", 0, []),
    ],
)
def test_what_stands_at_a_place_can_be_taken_out(at: str, length: int, expected: list[str]) -> None:
    assert texts(SNAPSHOT, at, length) == expected


def test_the_end_of_a_unit_belongs_to_it() -> None:
    end = LOOP.index("Analysis:") + len("Analysis:")
    assert removable_units(SNAPSHOT, LOOP_PATH, end, end)
    assert texts(SNAPSHOT, "Onion soup", path=VALUES) == ["- Dish 2: Onion soup is on the menu."]


def test_only_the_texts_that_were_explained_can_be_checked() -> None:
    assert removable_units(unexplained(*loop()), LOOP_PATH, 0, 5) == ()
    assert texts(edited(SNAPSHOT, "Analysis:", "Answer:"), "Think") == []
    assert texts(edited(SNAPSHOT, "Mina", "Mona", VALUES), "Think") == []


def test_a_line_says_what_became_of_the_response_without_it() -> None:
    snapshot = checked(SNAPSHOT, "Take your time. Think twice.", 28, " It has eggs in it.\nRecommendation: `No`.\nBye.")
    (paragraph,) = said(snapshot, "Take")
    assert paragraph.split("\n\n") == [
        "**Without it:** log p −2.30, 10× less likely; the response becomes, from sentence 2 on:",
        "```text\nRecommendation: `No`.\nBye.\n```",
    ]
    assert said(snapshot, "Judge") == []


def test_a_part_of_a_line_is_named() -> None:
    assert said(checked(SNAPSHOT, "Think"), "Think") == [
        "**Without “Think twice.”:** log p −2.30, 10× less likely; the response stays the same."
    ]


def test_all_turns_of_a_loop_are_its_line() -> None:
    assert said(checked(SNAPSHOT, "{{ dish }}"), "- Dish")[0].startswith("**Without it:**")


@pytest.mark.parametrize(
    ("response", "words"),
    [
        (" It has eggs in it.", "the response ends before sentence 2."),
        ("", "the model writes nothing."),
        (RESPONSE + " Bye.", "sentence 3 of the response is new: “Bye.”"),
        (" It has nuts in it.", "sentence 1 of the response becomes “It has nuts in it.”"),
    ],
)
def test_a_message_says_it_in_one_sentence(response: str, words: str) -> None:
    explanation = known(SNAPSHOT).explanation
    check = Check(
        ((0, 5),), (0, len(RESPONSE)), 0.1, -1.0, -1.0, RESPONSE, response, first_difference(RESPONSE, response)
    )
    assert check_message(explanation, check) == f"Without “Judge”: log p 0.00, as likely as before; {words}"
    given = replace(explanation, written=False)
    if "response" in words:
        assert "the model's own response" in check_message(given, check)


def test_a_newer_check_of_the_same_takes_the_place_of_an_older_one() -> None:
    snapshot = checked(checked(checked(SNAPSHOT, "Think"), "Judge"), "Think", response=" No.")
    assert len(known(snapshot).checks) == 2
    assert "becomes" in said(snapshot, "Think")[0]


def test_it_is_told_of_its_own_target_alone() -> None:
    snapshot = checked(SNAPSHOT, "Think")
    other = with_target(known(snapshot), Wanted((0, 19)))
    assert said(replace(snapshot, explained=other), "Think") == []


def test_it_goes_when_its_text_is_edited_and_stays_when_another_is() -> None:
    snapshot = checked(SNAPSHOT, "Think")
    assert said(edited(snapshot, "Think twice.", "Think thrice."), "Think") == []
    elsewhere = edited(snapshot, "Judge the", "Judge this")
    assert len(said(elsewhere, "Think")) == 1
    assert said(explained_anew(elsewhere), "Think") == [
        "**Without “Think twice.”, before the last edit:** log p −2.30, 10× less likely; the response stays the same."
    ]
    assert known(explained_anew(edited(snapshot, "Think twice.", "Think twice, or more."))).checks == ()
    assert known(explained_anew(edited(snapshot, " Think twice.", ""))).checks == ()


def test_another_division_leaves_it_and_another_response_does_not() -> None:
    snapshot = checked(SNAPSHOT, "Think")
    by_word = explained_anew(snapshot, Choices(method=Method.GRAD_L2, granularity=Granularity.WORD))
    assert said(by_word, "Think")[0].startswith("**Without “Think twice.”:**")
    assert known(explained_anew(snapshot, response=" Something else.")).checks == ()
