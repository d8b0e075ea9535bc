"""Stop strings in a growing text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.engine.stopping import stop_position, undecided_length

TEXT = st.text("ab.", max_size=12)
STOPS = st.lists(st.text("ab.", min_size=1, max_size=4), max_size=3)


@given(TEXT, STOPS)
def test_the_first_stop_string_is_found(text: str, stops: list[str]) -> None:
    starts = [start for start in range(len(text)) if any(text.startswith(stop, start) for stop in stops)]
    assert stop_position(text, stops) == (starts[0] if starts else None)


@given(TEXT, TEXT, STOPS)
def test_what_is_decided_is_in_no_stop_string_that_may_still_come(text: str, more: str, stops: list[str]) -> None:
    """However a text without a stop string goes on, the text before the stop keeps all that was decided."""
    if stop_position(text, stops) is None:
        found = stop_position(text + more, stops)
        assert found is None or found >= len(text) - undecided_length(text, stops)


@given(TEXT, STOPS)
def test_no_more_is_held_back_than_must_be(text: str, stops: list[str]) -> None:
    """What is held back begins a stop string: some continuation turns it into one."""
    held_back = text[len(text) - undecided_length(text, stops) :]
    assert not held_back or any(stop.startswith(held_back) and stop != held_back for stop in stops)
