"""Figures at line ends: the sum of what begins on a line, or the unit that ends there, from the threshold on."""

from __future__ import annotations

import pytest
from explained_snapshots import LOOP_PATH, edited, explained, loop, sample, unexplained

from prompt_salience.editor.choices import Choices
from prompt_salience.editor.hints import hints
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.engine_client.protocol import Method
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.units import Granularity
from scripted_engine import ScriptedEngine

ENGINE = ScriptedEngine(blame={"Onion": 40.0, "twice": 30.0})


def shown(snapshot: Snapshot, path: str = LOOP_PATH) -> dict[str, str]:
    """The hints of a document by the line they end."""
    text = snapshot.documents[path].text
    assert all(text[hint.offset : hint.offset + 1] in ("\n", "\r", "") for hint in hints(snapshot, path))
    return {text[: hint.offset].splitlines()[-1].strip(): hint.text for hint in hints(snapshot, path)}


def test_without_an_explanation_there_are_none() -> None:
    assert hints(unexplained(*loop()), LOOP_PATH) == ()


def test_a_line_has_the_sum_of_the_units_that_begin_on_it() -> None:
    snapshot = explained(*loop(), engine=ENGINE)
    assert shown(snapshot) == {
        "Judge the dish for {{ guest.name|upper }}.": "6%",
        "- Dish {{ loop.index }}: {{ dish }} is on the menu.": "58%",
        "Take your time. Think twice.": "35%",
    }
    assert shown(snapshot, "loop.values.yaml") == {
        "guest: {name: Mina, age: 30}": "6%",
        "dishes: [Quiche, Onion soup]": "58%",
    }


def test_the_threshold_is_a_choice() -> None:
    choices = Choices(method=Method.GRAD_L2, hint_threshold=0.4)
    assert list(shown(explained(*loop(), engine=ENGINE, choices=choices)).values()) == ["58%"]
    everything = shown(explained(*loop(), engine=ENGINE, choices=Choices(method=Method.GRAD_L2, hint_threshold=0.0)))
    assert everything["Analysis:"] == "2%"


def test_lines_without_any_influence_have_no_hint_at_any_threshold() -> None:
    silent = ScriptedEngine(blame={"One": 1.0, "Two": 0.0, ".": 0.0})
    snapshot = explained(
        Document("a.txt", "One.\nTwo."), engine=silent, choices=Choices(method=Method.GRAD_L2, hint_threshold=0.0)
    )
    assert shown(snapshot, "a.txt") == {"One.": "100%"}


def test_edited_figures_are_marked_and_explained() -> None:
    snapshot = edited(explained(*loop(), engine=ENGINE), "Think twice.", "Think it over twice.")
    assert shown(snapshot)["Take your time. Think it over twice."] == "~35%"
    tooltips = {hint.text: hint.tooltip for hint in hints(snapshot, LOOP_PATH)}
    assert tooltips["6%"] == "Influence of 1 sentence on the target: whole response."
    assert tooltips["~35%"].endswith("Edited since: the figure is that of the text before.")


def test_signed_figures_have_a_sign() -> None:
    snapshot = explained(*loop(), engine=ENGINE, choices=Choices(method=Method.GRAD_DOT_INPUT, hint_threshold=0.0))
    assert {text[0] for text in shown(snapshot).values()} == {"+", "\N{MINUS SIGN}"}


def test_units_larger_than_a_line_have_theirs_at_the_end() -> None:
    text = "One.\nStill one.\r\n\r\nTwo.\rStill two.\n"
    snapshot = explained(
        Document("a.txt", text), choices=Choices(method=Method.GRAD_L2, granularity=Granularity.PARAGRAPH)
    )
    assert list(shown(snapshot, "a.txt")) == ["Still one.", "Still two."]


@pytest.mark.parametrize("granularity", [Granularity.TOKEN, Granularity.WORD, Granularity.SENTENCE, Granularity.LINE])
def test_the_figures_of_a_prompt_without_values_sum_to_all_of_it(granularity: Granularity) -> None:
    document = Document("a.txt", sample("menu/1-mistake.j2")[0].text.partition("{{")[0])
    snapshot = explained(document, choices=Choices(method=Method.GRAD_L2, granularity=granularity, hint_threshold=0.0))
    total = sum(float(text.rstrip("%")) for text in shown_in_order(snapshot) if text != "<1%")
    assert total == pytest.approx(100, abs=12)


def shown_in_order(snapshot: Snapshot) -> list[str]:
    return [hint.text for hint in hints(snapshot, snapshot.path)]
