"""A second real client: what a user of Neovim sees from a broken template to another method."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from prompt_salience.attribution.scale import Theme, tint
from prompt_salience.engine_client.protocol import Method

Seen = Mapping[str, Any]
FAULTY = "Try it tonight"


def test_a_misspelt_variable_is_marked_where_it_stands(seen: Seen):
    (found,) = seen["broken"]
    assert (found["code"], found["text"]) == ("undefined-variable", "dihs")
    assert "Did you mean 'dish'?" in found["message"]


def test_the_quick_fix_corrects_it(seen: Seen):
    assert seen["offered"][0][0] == "Change to 'dish'"
    assert "Dish: {{ dish }}" in seen["corrected"]
    assert "dihs" not in seen["corrected"]


def test_run_and_explain_is_a_code_action_on_any_line(seen: Seen):
    assert seen["offered"][1] == ["Run and explain"]


def test_progress_is_seen_from_loading_to_the_end(seen: Seen):
    reports = seen["progress"][: _first_ending(seen) + 1]
    assert reports[0]["title"] == "Run and explain menu.j2"
    assert (reports[-1]["kind"], reports[-1]["message"]) == ("end", "Done")
    texts = [report["message"] for report in reports[1:-1]]
    assert texts[0] in {"starting", "loading"}
    assert any(text.startswith("explaining") for text in texts)
    percentages = [report["percentage"] for report in reports[:-1]]
    assert percentages == sorted(percentages)


def test_a_hover_tells_the_influence_once_there_is_one(seen: Seen):
    assert seen["before_run"]["hover"].startswith("This text is sent to the model.")
    assert "Influence +92%" in seen["after_run"]["hover"]
    assert FAULTY in seen["after_run"]["hover"]


def test_the_lenses_say_the_present_state(seen: Seen):
    beginning = ["run and explain", "case: eggs"]
    end = ["granularity: sentence", "method: gim", "model: menu-judge"]
    assert seen["before_run"]["lenses"] == [*beginning, *end]
    assert seen["after_run"]["lenses"] == [*beginning, "target: whole response", *end]


def test_a_lens_asks_which_method_and_explains_by_it(seen: Seen):
    assert seen["offered"][3] == [method.value for method in Method]
    assert "method: grad_dot_input" in seen["after_choice"]["lenses"]
    assert "Influence +" in seen["after_choice"]["hover"]


def test_the_response_is_a_file_that_can_be_opened(seen: Seen):
    header, body = seen["response_file"].removeprefix("---\n").split("\n---\n")
    assert "case: eggs" in header
    assert body == "\n It has eggs in it.\nRecommendation: Go for it."


def test_the_response_is_shown_whole_where_the_server_may_open_windows(seen: Seen):
    assert _of_newer(seen, "response_shown", 8) == seen["response_file"]


def test_a_sentence_is_chosen_in_the_response(seen: Seen):
    in_response = _of_newer(seen, "in_response", 8)
    assert FAULTY in in_response["hover"]
    assert "explained now" in in_response["lenses"]
    assert "on “Recommendation: Go for it.”" in seen["after_target"]["hover"]


def test_the_prompt_is_tinted_in_the_colours_of_the_scale(seen: Seen):
    assert _of_newer(seen, "influence", 9) == {"type": "salience", "modifiers": ["level5"]}
    strongest = tint(5, signed=False, theme=Theme(seen["background"]))
    assert strongest
    assert seen["colours"] == {"background": str(strongest.background), "text": str(strongest.text)}


def test_the_strongest_share_stands_at_the_end_of_its_line(seen: Seen):
    assert _of_newer(seen, "hints", 10) == ["78%"]


def test_a_command_with_an_argument_is_as_good_as_a_lens(seen: Seen):
    assert "granularity: line" in _of_newer(seen, "after_command", 8)["lenses"]


def test_neovim_has_nothing_to_complain_of(seen: Seen):
    assert seen["messages"] in {"", "Which method?"}


def test_nothing_is_left_behind(seen: Seen):
    assert seen["engine"]["state"] == "ready"
    assert _within(5, lambda: not _is_running(seen["engine"]["pid"]))
    assert _within(5, lambda: not Path(seen["response_path"]).exists())


def _first_ending(seen: Seen) -> int:
    return next(index for index, report in enumerate(seen["progress"]) if report["kind"] == "end")


def _of_newer(seen: Seen, name: str, minor: int) -> Any:
    """What is seen from Neovim 0.``minor`` on."""
    if seen["version"] < [0, minor]:
        pytest.skip("Neovim {}.{} cannot show it; 0.{} can".format(*seen["version"], minor))
    return seen[name]


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _within(seconds: float, condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()
