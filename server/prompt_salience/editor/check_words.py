"""What checks by removing came to, as hovers and messages say it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.editor.markdown import excerpt, fenced, shortened
from prompt_salience.editor.snapshot import Explained, KeptCheck, Snapshot
from prompt_salience.editor.targets import chosen_span
from prompt_salience.editor.tints import stale_units
from prompt_salience.explaining import Span
from prompt_salience.report.check_words import change_words
from prompt_salience.report.likelihood import times_likely
from prompt_salience.verifying import Check, Difference

_SENTENCE_WIDTH = 200


def checks_of_line(snapshot: Snapshot, units: Sequence[int]) -> Iterator[str]:
    """What is known of a line's units by removing them, for the chosen target and unless edited since: paragraphs."""
    explained = snapshot.explained
    for kept in explained.checks if explained else ():
        if explained and kept.check.target == chosen_span(explained.explanation):
            removed = _units_of(explained.explanation, kept)
            if not stale_units(snapshot)[removed].any() and set(removed) & set(units):
                yield _paragraph(explained, kept, whole_line=set(removed) == set(units))


def check_message(explanation: Explanation, check: Check) -> str:
    """What a check came to, in one plain sentence."""
    change = f"log p {change_words(check)}, {times_likely(check.change)}"
    return f"Without “{_texts(explanation, check.spans)}”: {change}; {_response_in_short(explanation, check)}"


def _units_of(explanation: Explanation, kept: KeptCheck) -> list[int]:
    """The units that have text of what was taken out."""
    return [
        number
        for number, unit in enumerate(explanation.units)
        if any(unit.start < end and start < unit.end for start, end in kept.spans)
    ]


def _paragraph(explained: Explained, kept: KeptCheck, *, whole_line: bool) -> str:
    explanation, check = explained.explanation, kept.check
    what = "it" if whole_line else f"“{excerpt(_texts(explanation, kept.spans))}”"
    when = ", before the last edit" if kept.edited else ""
    change = f"log p {change_words(check)}, {times_likely(check.change)}"
    return f"**Without {what}{when}:** {change}; {_response(explanation, check)}"


def _response(explanation: Explanation, check: Check) -> str:
    """What becomes of the response, with its text from the first change on."""
    difference = check.difference
    if difference is None or not difference.after:
        return _response_in_short(explanation, check)
    on = "" if difference.number == 1 else f", from sentence {difference.number} on"
    return f"{_subject(explanation)} becomes{on}:\n\n{fenced(check.response_after[difference.start :])}"


def _response_in_short(explanation: Explanation, check: Check) -> str:
    difference = check.difference
    if difference is None:
        return f"{_subject(explanation)} stays the same."
    if not difference.after:
        number = difference.number
        return f"{_subject(explanation)} ends before sentence {number}." if number > 1 else "the model writes nothing."
    return f"{_new_sentence(explanation, difference)} “{shortened(difference.after, _SENTENCE_WIDTH)}”"


def _new_sentence(explanation: Explanation, difference: Difference) -> str:
    verb = "becomes" if difference.before else "is new:"
    return f"sentence {difference.number} of {_subject(explanation)} {verb}"


def _subject(explanation: Explanation) -> str:
    return "the response" if explanation.written else "the model's own response"


def _texts(explanation: Explanation, spans: Sequence[Span]) -> str:
    return " … ".join(shortened(explanation.prompt[start:end]) for start, end in spans)
