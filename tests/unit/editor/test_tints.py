"""Influence on the current text: it moves with its text, is summed over loops, and is stale where it was edited."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from explained_snapshots import LOOP_PATH, edited, explained, loop, sample, unexplained
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.attribution.scale import levels
from prompt_salience.editor.choices import Choices
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.tints import Tint, chosen_target, tints
from prompt_salience.engine_client.protocol import Method
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.units import Granularity, Part
from scripted_engine import ScriptedEngine

VALUES = "loop.values.yaml"
BLAME = {"Onion": 40.0, "twice": 30.0}
SNAPSHOT = explained(*loop(), engine=ScriptedEngine(blame=BLAME))


def shown(snapshot: Snapshot, path: str = LOOP_PATH) -> dict[str, Tint]:
    """The tints of a document by their text."""
    text = snapshot.documents[path].text
    return {text[tint.start : tint.end]: tint for tint in tints(snapshot, path)}


def stale(snapshot: Snapshot, path: str = LOOP_PATH) -> list[str]:
    return [text for text, tint in shown(snapshot, path).items() if tint.stale]


def test_before_the_first_explanation_there_are_none() -> None:
    assert tints(unexplained(*loop()), LOOP_PATH) == ()


def test_text_and_expressions_of_a_template_and_the_values_at_their_own_place() -> None:
    assert list(shown(SNAPSHOT)) == [
        "Judge the dish for {{ guest.name|upper }}.",
        "- Dish {{ loop.index }}: {{ dish }} is on the menu.",
        "Take your time.",
        "Think twice.",
        "Analysis:",
    ]
    assert list(shown(SNAPSHOT, VALUES)) == ["Mina", "Quiche", "Onion soup"]


def test_a_loops_body_has_the_sum_of_all_its_turns() -> None:
    target = chosen_target(SNAPSHOT.explained.explanation)
    body, values = shown(SNAPSHOT)["- Dish {{ loop.index }}: {{ dish }} is on the menu."], shown(SNAPSHOT, VALUES)
    assert body.units == (1, 2)
    assert body.influence == pytest.approx(target.influence[1] + target.influence[2])
    assert values["Onion soup"].influence == pytest.approx(target.influence[2])
    assert body.level == values["Onion soup"].level == 5
    assert 0 < values["Quiche"].level < 5


def test_text_that_is_sent_and_has_no_level_is_a_tint_too() -> None:
    found = shown(SNAPSHOT)["Analysis:"]
    assert (found.level, found.stale) == (0, False)


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("granularity", [Granularity.TOKEN, Granularity.WORD, Granularity.SENTENCE])
def test_a_piece_of_one_unit_has_its_level(method: Method, granularity: Granularity) -> None:
    choices = Choices(method=method, granularity=granularity)
    snapshot = explained(*sample("menu/3-principles.j2"), choices=choices, engine=ScriptedEngine(blame={"eggs": 9.0}))
    explanation = snapshot.explained.explanation
    in_prompt = [unit.part is Part.PROMPT for unit in explanation.units]
    expected = levels(chosen_target(explanation).influence, in_prompt)
    single = [tint for tint in tints(snapshot, snapshot.path) if len(tint.units) == 1]
    assert [tint.level for tint in single] == [expected[tint.units[0]] for tint in single]
    assert min(expected) < 0 or not method.signed


@pytest.mark.parametrize(
    ("old", "new", "path", "expected"),
    [
        ("Think twice.", "Think it over twice.", LOOP_PATH, ["Think it over twice."]),
        ("Take your time. ", "Take your time. Be kind. ", LOOP_PATH, ["Think twice."]),
        ("Take your time. ", "Take your time.   ", LOOP_PATH, []),
        ("Think twice.", "Think twice. Please.", LOOP_PATH, ["Think twice."]),
        ("Think twice.", "Think twice.\nThank you.", LOOP_PATH, []),
        ("Judge the", "Now judge: Judge the", LOOP_PATH, ["Now judge: Judge the dish for {{ guest.name|upper }}."]),
        ("Mina", "Mina Maria", VALUES, ["Judge the dish for {{ guest.name|upper }}."]),
        ("{# Said to nobody. #}", "", LOOP_PATH, []),
        ("{{ dish }} is", "{{dish}} is", LOOP_PATH, ["- Dish {{ loop.index }}: {{dish}} is on the menu."]),
        ("{{ guest.name|upper }}.", "{{ guest.name }}.", LOOP_PATH, ["Judge the dish for {{ guest.name }}."]),
        ("for {{ guest", "for{{ guest", LOOP_PATH, ["Judge the dish for{{ guest.name|upper }}."]),
        (
            "Judge the dish for {{",
            "Judge the dish for the {{",
            LOOP_PATH,
            ["Judge the dish for the {{ guest.name|upper }}."],
        ),
        ("Quiche", "Quich", VALUES, ["- Dish {{ loop.index }}: {{ dish }} is on the menu."]),
        ("Mina", "Tom", VALUES, ["Judge the dish for {{ guest.name|upper }}."]),
        ("Risotto", "Rice", VALUES, []),
    ],
)
def test_an_edited_unit_is_stale_wherever_it_is_written(old: str, new: str, path: str, expected: list[str]) -> None:
    assert stale(edited(SNAPSHOT, old, new, path)) == expected


@pytest.mark.parametrize(
    ("granularity", "old", "new", "path", "expected"),
    [
        (Granularity.SENTENCE, "Analysis:", "Analysis: be brief", LOOP_PATH, "Analysis: be brief"),
        (Granularity.SENTENCE, "Analysis:", "Analysis: be brief \nNow:", LOOP_PATH, "Analysis: be brief"),
        (
            Granularity.SENTENCE,
            "Take your time. ",
            "Take your time. Then, Mina, ",
            LOOP_PATH,
            "Then, Mina, Think twice.",
        ),
        (Granularity.SENTENCE, "Take your time. ", "Take your time. Be kind. ", LOOP_PATH, "Think twice."),
        (Granularity.SENTENCE, "Think twice.", "Think twice. Be kind.", LOOP_PATH, "Think twice."),
        (Granularity.SENTENCE, "Think twice.", "Think twice.)  ", LOOP_PATH, "Think twice.)"),
        (Granularity.SENTENCE, "Mina,", "Mina Maria,", VALUES, "Mina Maria"),
        (
            Granularity.LINE,
            "Think twice.",
            "Think twice. Be kind. ",
            LOOP_PATH,
            "Take your time. Think twice. Be kind.",
        ),
        (Granularity.WORD, "Take your", "Take all your", LOOP_PATH, "your"),
        (Granularity.WORD, "Take your", "Take (your", LOOP_PATH, "your"),
        (Granularity.WORD, "Take your", "Retake your", LOOP_PATH, "Retake"),
    ],
)
def test_a_tint_covers_the_unit_as_it_now_is(
    granularity: Granularity, old: str, new: str, path: str, expected: str
) -> None:
    snapshot = explained(*loop(), choices=Choices(method=Method.GRAD_L2, granularity=granularity))
    assert expected in stale(edited(snapshot, old, new, path), path)


def test_what_is_added_to_an_edited_sentence_is_part_of_it() -> None:
    there = edited(SNAPSHOT, "Think twice.", "Think it over twice.")
    assert stale(edited(there, "over twice.", "over twice.) or more")) == ["Think it over twice.) or more"]


def test_taking_an_edit_back_leaves_nothing_stale() -> None:
    there = edited(SNAPSHOT, "Think twice.", "Think thrice.")
    assert tints(edited(there, "Think thrice.", "Think twice."), LOOP_PATH) == tints(SNAPSHOT, LOOP_PATH)


def test_a_unit_keeps_its_level_while_it_is_edited() -> None:
    before, after = shown(SNAPSHOT)["Think twice."], shown(edited(SNAPSHOT, "Think", "Rethink"))["Rethink twice."]
    assert (after.level, after.influence) == (before.level, before.influence)


def test_deleted_text_has_no_tint_and_makes_the_rest_of_its_unit_stale() -> None:
    without = edited(SNAPSHOT, "Think twice.", "")
    assert "Think twice." not in shown(without)
    assert stale(without) == []
    assert stale(edited(SNAPSHOT, " is on the menu", "")) == ["- Dish {{ loop.index }}: {{ dish }}."]


def test_a_file_of_values_that_is_gone_makes_what_it_filled_stale() -> None:
    documents = {LOOP_PATH: SNAPSHOT.documents[LOOP_PATH]}
    assert stale(replace(SNAPSHOT, documents=documents)) == list(shown(SNAPSHOT))[:2]


@given(st.integers(0, 240), st.integers(0, 12), st.text(st.sampled_from("ab.{}%# \n\r🍳"), max_size=6))
def test_whatever_is_edited_pieces_are_in_order_and_untouched_ones_keep_their_text(at: int, cut: int, new: str) -> None:
    text = SNAPSHOT.documents[LOOP_PATH].text
    document = Document(LOOP_PATH, text[:at] + new + text[at + cut :])
    snapshot = replace(SNAPSHOT, documents={**SNAPSHOT.documents, LOOP_PATH: document})
    found = tints(snapshot, LOOP_PATH)
    known = {tint.units: piece for piece, tint in shown(SNAPSHOT).items()}
    position = 0
    for tint in found:
        assert position <= tint.start < tint.end <= len(document.text)
        position = tint.end
        if not tint.stale:
            assert document.text[tint.start : tint.end] == known[tint.units]


def test_places_outside_the_documents_have_no_tints() -> None:
    assert tints(SNAPSHOT, "other.j2") == ()


def test_shares_of_all_pieces_of_a_template_without_loops_sum_to_one() -> None:
    snapshot = explained(*sample("menu/1-mistake.j2"))
    by_unit = {tint.units: tint.influence for tint in tints(snapshot, snapshot.path)}
    assert np.sum(list(by_unit.values())) == pytest.approx(1)
