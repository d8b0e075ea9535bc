"""What is said where the pointer is: of influence, of variables, and of what is not sent, and why."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from explained_snapshots import LOOP, LOOP_PATH, edited, explained, loop, unexplained
from marked_texts import marked

from prompt_salience.attribution.method_documentation import METHODS
from prompt_salience.editor.choices import Choices
from prompt_salience.editor.hover import NEVER_EXPLAINED, NEW, hover
from prompt_salience.editor.influence_words import EDITED, ordinal
from prompt_salience.editor.markdown import plain
from prompt_salience.editor.response_document import response_document
from prompt_salience.editor.response_hover import UNEXPLAINED, response_hover
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.variable_info import VariableInfo
from prompt_salience.engine_client.protocol import Method
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.source_map import Place
from prompt_salience.prompts.units import Granularity
from scripted_engine import ScriptedEngine

VALUES = "loop.values.yaml"
ENGINE = ScriptedEngine(blame={"Onion": 40.0, "twice": 30.0})
SNAPSHOT = explained(*loop(), engine=ENGINE)
JSONL = '{"prompt": "One $0two.", "source": "a"}\n{"prompt": "Three.", "source": "b"}'
ROWS = JSONL.replace("$0", "")
TRIMMED = "White space beside a tag, or at the edge of a message, is trimmed."
UNSHOWN = "The template does not show this part of the value of **{}**."
GRAD_L2 = (
    "Gradient norm (`grad_l2`): How strongly the answer reacts to a token, whether for it or against it. "
    "[Simonyan and others 2013, arXiv:1312.6034](<https://arxiv.org/abs/1312.6034>)"
)


def link(place: Place) -> str:
    return f"file:///{place.path}#{place.start}-{place.end}"


def said(snapshot: Snapshot, at: str, path: str = LOOP_PATH) -> str:
    """The Markdown of a hover over the first character of ``at``."""
    found = hover(snapshot, path, snapshot.documents[path].text.index(at), link)
    assert found is not None
    return found.markdown


def test_a_line_of_the_prompt() -> None:
    offset = LOOP.index("your time")
    found = hover(SNAPSHOT, LOOP_PATH, offset, link)
    assert found is not None
    assert LOOP[found.start : found.end] == "Take your time. Think twice."
    assert found.markdown.split("\n\n") == [
        "**Influence 35%** on the whole response · 2nd of 4 lines · raw score 36",
        "- `▍       4%` Take your time.\n- `███▎   31%` Think twice.",
        "Its influence on each sentence of the response:",
        "- `███▋   35%` It has eggs in it.\n- `███▋   35%` Recommendation: Go for it.",
        GRAD_L2,
    ]


def test_a_loops_line_lists_its_turns_and_the_chosen_target() -> None:
    text = said(explained(*loop(), engine=ENGINE, target="Go for it."), "- Dish")
    assert "**Influence 58%** on “Go for it.” · 1st of 4 lines" in text
    assert "- Dish 1: Quiche is on the menu." in text
    assert "- Dish 2: Onion soup is on the menu." in text


def test_a_contrast_is_named_and_no_difference_is_taken_for_a_probability() -> None:
    snapshot = explained(*loop(), engine=ENGINE, target="It has eggs in it.", contrast="It has `nuts`.")
    assert "** on “It has eggs in it.” rather than “It has \\`nuts\\`.” ·" in said(snapshot, "- Dish")
    document = response_document(snapshot.explained.run, snapshot.explained)
    found = response_hover(snapshot, document, document.offset(4), link)
    assert found is not None
    assert found.markdown.startswith("**Sentence of the response** · log-probability -3.00 (5.0%)")


def test_a_signed_method_shows_signs_and_says_what_they_mean() -> None:
    text = said(explained(*loop(), engine=ENGINE, choices=Choices(method=Method.GRAD_DOT_INPUT)), "Take")
    assert re.search(r"\*\*Influence [+\N{MINUS SIGN}]\d+%\*\*", text)
    assert METHODS[Method.GRAD_DOT_INPUT].sentence in text


@pytest.mark.parametrize("method", Method)
def test_every_method_is_told_in_the_words_that_are_told_everywhere(method: Method) -> None:
    about = METHODS[method]
    paragraph = said(explained(*loop(), engine=ENGINE, choices=Choices(method=method)), "Take").split("\n\n")[-1]
    assert paragraph.startswith(f"{plain(about.name)} (`{method}`): {plain(about.sentence)} ")
    assert plain(about.source) in paragraph


def test_many_units_of_a_line_are_cut_to_the_strongest() -> None:
    words = explained(*loop(), engine=ENGINE, choices=Choices(method=Method.GRAD_L2, granularity=Granularity.WORD))
    text = said(words, "- Dish")
    assert "- and 7 weaker words" in text
    assert "Onion" in text


def test_edited_lines_say_so() -> None:
    text = said(edited(SNAPSHOT, "Think twice.", "Think it over twice."), "Think it")
    assert EDITED in text
    assert "Think twice. *(edited)*" in text
    assert EDITED not in said(edited(SNAPSHOT, "Think twice.", "Think it over twice."), "Judge")


def test_prompt_text_cannot_break_out() -> None:
    snapshot = explained(Document("a.txt", "Say `x` | <b>[y](z)</b>"))
    text = said(snapshot, "Say", "a.txt")
    assert r"Say \`x\` \| \<b\>\[y\](z)\</b\>" in text


def test_a_doubtful_explanation_says_so() -> None:
    explanation = replace(SNAPSHOT.explained.explanation, hint="Far from what it *knows*.")
    snapshot = replace(SNAPSHOT, explained=replace(SNAPSHOT.explained, explanation=explanation))
    assert said(snapshot, "Take").endswith(r"**Doubtful:** Far from what it \*knows\*.")


def test_before_the_first_explanation() -> None:
    assert said(unexplained(*loop()), "Judge") == NEVER_EXPLAINED


def test_text_that_was_not_there_when_it_was_explained() -> None:
    snapshot = edited(SNAPSHOT, "Analysis:", "Be brief.\nAnalysis:")
    assert said(snapshot, "Be brief") == NEW
    behind = replace(snapshot, analysis=SNAPSHOT.analysis)
    assert said(behind, "Be brief") == NEW


def test_text_that_is_not_sent_any_more_keeps_what_is_known() -> None:
    text = said(edited(SNAPSHOT, "hurried: false", "hurried: 1", VALUES), "Take your time")
    assert text.startswith("**Not sent.** This text is in a part that was not taken")
    assert "**Influence 35%**" in text


def test_a_broken_template_keeps_what_is_known_and_says_what_is_wrong() -> None:
    text = said(edited(SNAPSHOT, "{% endif %}", ""), "Take your time")
    assert text.startswith("**Not sent.** Nothing is sent while the prompt cannot be rendered: ")
    assert "**Influence 35%**" in text


@pytest.mark.parametrize("at", ["\n\n{# Said", "\n\n{#"])
def test_blank_lines_say_nothing(at: str) -> None:
    assert hover(SNAPSHOT, LOOP_PATH, LOOP.index(at) + 1, link) is None


def test_documents_that_are_not_the_snapshots_say_nothing() -> None:
    assert hover(SNAPSHOT, "other.j2", 0, link) is None


@pytest.mark.parametrize(
    ("path", "text", "sidecar", "expected"),
    [
        ("a.j2", "Hi {# $0c #}", None, "A comment is for those who read the template."),
        ("a.j2", "Hi {% set$0 x = 1 %}", None, "A statement decides what is sent, and is no text itself."),
        ("a.j2", "Hi {{ $0x }}", "x: ''", "This expression gave no text."),
        ("a.j2", "{% if x %}{{ $0x }}{% endif %}Hi", "x: 0", "This expression is in a part that was not taken"),
        ("a.j2", "{% for i in [] %}a$0b{% endfor %}Hi", None, r"gave no text: \{% for i in \[\] %\}"),
        ("a.j2", "{% if 0 %}a$0 b{% endif %}Hi", None, "This text is in a part that was not taken"),
        ("a.j2", "{% if 1 %}a{% else %}b$0c{% endif %}Hi", None, r"gave no text: \{% else %\}"),
        ("a.j2", "{% if 1 %}{% if 0 %}$0b{% endif %}{% endif %}Hi", None, r"gave no text: \{% if 0 %\}"),
        ("a.j2", "a $0 {%- if 1 %}b{% endif %}", None, TRIMMED),
        ("a.prompty", "user:\n$0 Hi", None, TRIMMED),
        ("a.prompty", "---\nnam$0e: x\n---\nHi", None, "Front matter describes the prompt"),
        ("a.prompty", "---\ninputs:\n  x: $05\n---\nHi", None, UNSHOWN.format("x")),
        ("a.prompty", "---\nname: x\n---\nus$0er:\nHi", None, "This line says who speaks."),
        ("a.j2", "Hi {{ x }}", "x: 1\ny: $02", UNSHOWN.format("y")),
        ("a.j2", "Hi {{ x }}", "$0x: 1", "Of a file of values, only the values that the template shows are sent."),
        ("a.j2", "Hi {{ $0x }}", None, "Nothing is sent while the prompt cannot be rendered: "),
        ("a.j2", "$0Hi {{ x", None, "Nothing is sent while the prompt cannot be rendered: "),
        ("a.jsonl", ROWS.replace("Three", "Th$0ree"), None, "Only the prompt of the case **a** is sent"),
        ("a.jsonl", ROWS.replace('"source"', '"so$0urce"', 1), None, "Only the prompt of the case **a** is sent"),
    ],
)
def test_why_text_is_not_sent(path: str, text: str, sidecar: str | None, expected: str) -> None:
    snapshot, document, offset = marked(path, text, sidecar)
    found = hover(snapshot, document, offset, link)
    assert found is not None
    assert found.markdown.startswith("**Not sent.** ")
    assert expected in found.markdown


@pytest.mark.parametrize(
    ("path", "text", "sidecar"),
    [
        ("a.j2", "H$0i {{ x }}", "x: 1"),
        ("a.j2", "Hi {{ $0x }}", "x: 1"),
        ("a.j2", "Hi {{ x }}", "x: $01"),
        ("a.j2", "Hi {{ x ~ 'q$0' }}", "x: 1"),
        ("a.prompty", "---\ninputs:\n  x: $05\n---\nHi {{ x }}", None),
        ("a.jsonl", JSONL, None),
        ("a.md", "Say {{ $0this }}\r\n", None),
    ],
)
def test_text_that_is_sent(path: str, text: str, sidecar: str | None) -> None:
    snapshot, document, offset = marked(path, text, sidecar)
    found = hover(snapshot, document, offset, link)
    assert found is not None
    assert found.markdown == NEVER_EXPLAINED


def test_a_case_that_is_not_chosen() -> None:
    expected = "**Not sent.** This is a value of the case **rice**; the case **eggs** is the one that is chosen."
    assert said(unexplained(*loop()), "Risotto", VALUES) == expected


def variable(name: str, value: str | None = "Quiche") -> VariableInfo:
    at = LOOP.index("{{ dish }}") + 3
    written = SNAPSHOT.documents[VALUES].text.index("Quiche")
    place = Place(VALUES, written, written + len("Quiche"))
    declared = Place(LOOP_PATH, 0, 5)
    return VariableInfo(name, Place(LOOP_PATH, at, at + 4), value, place, declared)


def test_a_variable() -> None:
    found = hover(SNAPSHOT, LOOP_PATH, LOOP.index("{{ dish }}") + 4, link, variable("dishes[1]", "a ``` b"))
    assert found is not None
    assert LOOP[found.start : found.end] == "dish"
    place = variable("").place
    assert place is not None
    here = "what was rendered from this place has 58%"
    assert found.markdown.split("\n\n") == [
        r"**dishes\[1\]**",
        "````text\na ``` b\n````",
        f"Written at [{VALUES}:6](<{link(place)}>) · declared at [loop.j2:1](<{link(Place(LOOP_PATH, 0, 5))}>)",
        f"The sentence that shows it has **48%** of the influence on the whole response; {here}.",
    ]


def test_a_variable_without_a_value_or_before_an_explanation() -> None:
    bare = VariableInfo("x", Place(LOOP_PATH, 0, 1))
    found = hover(unexplained(*loop()), LOOP_PATH, 0, link, bare)
    assert found is not None
    assert found.markdown == "**x** has no value in the case **eggs**."
    empty = hover(unexplained(*loop()), LOOP_PATH, 0, link, replace(bare, value=""))
    assert empty is not None
    assert empty.markdown == "**x** is empty in the case **eggs**."


def test_a_variable_that_was_edited() -> None:
    found = hover(edited(SNAPSHOT, "Mina", "Mona", VALUES), LOOP_PATH, 0, link, variable("guest", "Mona"))
    assert found is not None
    assert found.markdown.endswith(EDITED)


def test_a_sentence_of_the_response() -> None:
    snapshot = edited(edited(SNAPSHOT, "Think twice.", "Think thrice."), "Take your time. ", "")
    document = response_document(snapshot.explained.run, snapshot.explained)
    found = response_hover(snapshot, document, document.offset(4), link)
    assert found is not None
    assert document.text[found.start : found.end] == "It has eggs in it."
    text = snapshot.documents[LOOP_PATH].text
    loop_line, edited_line = text.index("- Dish"), text.index("Think thrice")
    first, second, listed, *_ = found.markdown.split("\n\n")
    assert first == "**Sentence of the response** · log-probability -3.00 (5.0%)"
    assert second == "The sentences of the prompt that influenced it most:"
    in_loop = f"[loop.j2:5](<file:///loop.j2#{loop_line}-{loop_line + 7}>)"
    assert listed.split("\n") == [
        f"- `█████  48%` - Dish 2: Onion soup is on the menu. · {in_loop}",
        f"- `███▎   31%` Think twice. *(edited)* · [loop.j2:10](<file:///loop.j2#{edited_line}-{edited_line + 13}>)",
        f"- `█      10%` - Dish 1: Quiche is on the menu. · {in_loop}",
        "- `▋       6%` Judge the dish for MINA. · [loop.j2:1](<file:///loop.j2#0-19>)",
        "- `▍       4%` Take your time. *(edited)* · deleted",
    ]


def test_the_header_of_a_response_says_nothing() -> None:
    document = response_document(SNAPSHOT.explained.run, SNAPSHOT.explained)
    assert response_hover(SNAPSHOT, document, 3, link) is None
    assert response_hover(SNAPSHOT, document, document.response_start, link) is None


def test_another_response_is_never_answered_for() -> None:
    other = explained(*loop(), engine=ScriptedEngine(response=" It has nuts in it.\nRecommendation: Go for it."))
    document = response_document(other.explained.run, other.explained)
    for snapshot in (SNAPSHOT, unexplained(*loop())):
        found = response_hover(snapshot, document, document.offset(25), link)
        assert found is not None
        assert found.markdown == UNEXPLAINED


def test_ordinals() -> None:
    numbers = (1, 2, 3, 4, 11, 12, 13, 21, 102, 111, 1003)
    expected = ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th", "1,003rd"]
    assert [ordinal(number) for number in numbers] == expected
