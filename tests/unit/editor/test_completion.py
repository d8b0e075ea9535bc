"""What is proposed at the cursor, in finished and unfinished text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marked_texts import TEXT_PIECES, marked, snapshot_of

from prompt_salience.editor.completion import completions
from prompt_salience.editor.proposal import Proposal

VALUES = "guest: {name: Bo, age: 3, 'not a name': 1}\ndocs: [{title: a, tags: [{text: b}]}]\ncount: 3\n"
STATEMENTS = {"if", "for", "set", "with", "macro", "call", "filter", "block", "raw", "print"}
KINDS = {"string", "integer", "float", "number", "boolean", "array", "list", "object"}


def proposals(path: str, text: str, sidecar: str | None = None, case: str | None = None) -> tuple[Proposal, ...]:
    return completions(*marked(path, text, sidecar, case))


def labels(path: str, text: str, sidecar: str | None = None, case: str | None = None) -> set[str]:
    return {proposal.label for proposal in proposals(path, text, sidecar, case)}


@pytest.mark.parametrize(
    ("text", "there", "not_there"),
    [
        ("{{ gu$0", {"guest", "docs", "count", "range"}, {"gu", "upper", "if"}),
        ("{{ $0 }}", {"guest"}, set()),
        ("{{$0}}", {"guest"}, set()),
        ("{{ other }} {{ $0", {"guest", "other"}, set()),
        ("{{ guest.$0", {"name", "age"}, {"not a name", "guest"}),
        ("{{ guest.na$0me }}", {"name", "age"}, set()),
        ("{{ docs[0].$0 }}", {"title", "tags"}, {"name"}),
        ("{{ docs[0]['tags'][0].$0 }}", {"text"}, {"title"}),
        ("{{ docs[9].$0 }}", set(), {"title", "guest"}),
        ("{{ guest | up$0 in the middle", {"upper", "default", "join"}, {"guest", "random", "urlize"}),
        ("{{ guest|$0 }}", {"upper"}, {"guest"}),
        ("{{ guest is de$0 }}", {"defined", "none", "mapping"}, {"guest", "=="}),
        ("{{ guest is not $0 }}", {"defined"}, {"guest", "not"}),
        ("{{ guest $0 }}", {"if", "is", "in", "and", "or"}, {"guest"}),
        ("{{ guest == $0 }}", {"guest", "count"}, {"if"}),
        ("{% $0", STATEMENTS, {"guest", "endif", "else"}),
        ("{%$0 %}", STATEMENTS, {"guest"}),
        ("{% if x %}{% for y in z %}{% e$0", {"endfor", "endif", "else"}, {"elif"}),
        ("{% if x %}{% e$0 %}", {"endif", "else", "elif"}, {"endfor"}),
        ("{% if x %}{% endif %}{% e$0 %}", STATEMENTS, {"endif"}),
        ("{% set x = 1 %}{% e$0", STATEMENTS, {"endset"}),
        ("{% set x %}{% e$0", {"endset"}, set()),
        ("{% if $0", {"guest", "count"}, {"is"}),
        ("{% for $0", set(), {"guest", "in"}),
        ("{% for d $0", {"in"}, {"guest"}),
        ("{% for d in $0", {"docs"}, {"in"}),
        ("{% for d in docs %}{{ $0 }}", {"d", "loop", "guest"}, set()),
        ("{% for d in docs %}{{ d.$0 }}", {"title", "tags"}, {"name"}),
        ("{% for d in docs %}{% for t in d.tags %}{{ t.$0 }}", {"text"}, {"title"}),
        ("{% for d in docs %}{% endfor %}{{ $0 }}", {"guest"}, {"d", "loop"}),
        ("{% for d in docs %}{{ loop.$0 }}", {"index", "last", "length"}, {"guest"}),
        ("{{ loop.$0 }}", set(), {"index"}),
        ("{% set here = 1 %}{{ $0 }}", {"here"}, set()),
        ("{% if x %}{% set here = 1 %}{% endif %}{{ $0 }}", {"here"}, set()),
        ("{% macro m(a, b=count) %}{{ $0 }}", {"a", "b", "m", "count"}, set()),
        ("{% macro m(a) %}{% endmacro %}{{ $0 }}", {"m"}, {"a"}),
        ("{% with a = 1, b = 2 %}{{ $0 }}", {"a", "b"}, set()),
        ("{% set $0", set(), {"guest"}),
        ("{% endif $0", set(), {"guest"}),
        ("{% filter $0", {"upper"}, {"guest"}),
        ("{{ 'gu$0' }}", set(), {"guest"}),
        ("{{ 'gu$0", set(), {"guest"}),
        ("{# gu$0 #}", set(), {"guest"}),
        ("{% raw %}{{ gu$0 }}{% endraw %}", set(), {"guest"}),
        ("te$0xt {{ guest }}", set(), {"guest"}),
        ("{{ gu\nte$0xt", set(), {"guest"}),
        ("{{ guest }}$0", set(), {"guest"}),
    ],
)  # fmt: skip
def test_inside_tags(text: str, there: set[str], not_there: set[str]) -> None:
    found = labels("a.j2", text, VALUES)
    assert found >= there
    assert not found & not_there
    assert found or not there


@pytest.mark.parametrize(
    ("text", "there", "not_there"),
    [
        ("---\n$0\n---\nhi", {"name", "inputs", "template"}, {"kinds"}),
        ("---\nna$0: x\ninputs: {}\n---\nhi", {"name"}, {"inputs"}),
        ("---\ninputs:\n  $0\n---\n{{ guest }}{{ dish }}", {"guest", "dish"}, {"kind"}),
        ("---\ninputs:\n  guest: a\n  $0\n---\n{{ guest }}{{ dish }}", {"dish"}, {"guest"}),
        ("---\ninputs:\n  guest:\n    $0\n---\n{{ guest }}", {"kind", "example", "default"}, {"name", "guest"}),
        ("---\ninputs:\n  guest:\n    kind: string\n    $0\n---\n{{ guest }}", {"example"}, {"kind"}),
        ("---\ninputs:\n- name: guest\n  $0\n---\n{{ guest }}", {"kind", "example"}, {"name"}),
        ("---\ninputs:\n- $0\n---\n{{ guest }}", {"kind", "name"}, {"guest"}),
        ("---\ninputs:\n  guest:\n    kind: $0\n---\nhi", KINDS, {"guest"}),
        ("---\ninputs:\n  guest:\n    required: t$0\n---\nhi", {"true", "false"}, set()),
        ("---\ntemplate: $0\n---\nhi", {"jinja2"}, set()),
        ("---\ntemplate:\n  format:\n    kind: ji$0\n---\nhi", {"jinja2"}, set()),
        ("---\nname: $0\n---\nhi", set(), {"name"}),
        ("---\ninputs: {guest: 1}\n---\n{{ $0", {"guest"}, set()),
        ("---\nname: x\n---\n$0", {"user:", "system:", "assistant:"}, {"name"}),
        ("us$0", {"user:"}, set()),
        ("user:\nhi\n# as$0:\nx", {"assistant:"}, set()),
        ("user:\nhi th$0", set(), {"user:"}),
        ("user:\nhi$0 there", set(), {"user:"}),
        ("---\nname$0", {"name"}, {"user:"}),
    ],
)  # fmt: skip
def test_inside_prompty(text: str, there: set[str], not_there: set[str]) -> None:
    found = labels("a.prompty", text)
    assert found >= there
    assert not found & not_there


@pytest.mark.parametrize(
    ("sidecar", "there", "not_there"),
    [
        ("$0", {"cases", "values", "guest", "dish"}, set()),
        ("guest: a\n$0", {"dish"}, {"guest", "cases"}),
        ("values:\n  $0", {"guest", "dish"}, {"cases"}),
        ("values:\n  guest: a\n$0", {"cases", "target"}, {"dish", "values"}),
        ("cases:\n  egg:\n    $0", {"values", "target", "source"}, {"guest", "cases", "name"}),
        ("cases:\n  - $0", {"values", "name"}, {"guest"}),
        ("cases:\n  egg:\n    values:\n      guest: a\n      $0", {"dish"}, {"guest", "target"}),
        ("cases:\n  - name: egg\n    values:\n      guest: a\n      $0", {"dish"}, {"guest", "target"}),
        ("values: {dish: a}\ncases:\n  egg:\n    values:\n      $0b: 1\n", {"guest"}, {"dish"}),
        ("cases:\n  egg:\n    values:\n      gue$0\n      dish: b\n  ham:\n    values: {}\n", {"guest"}, {"dish"}),
        ("guest: $0", set(), {"dish"}),
    ],
)
def test_inside_a_sidecar(sidecar: str, there: set[str], not_there: set[str]) -> None:
    found = labels("a.j2", "{{ guest }}{{ dish }}", sidecar)
    assert found >= there
    assert not found & not_there


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{$0", {"prompt", "target", "source"}),
        ('{"$0"}', {"prompt", "target", "source"}),
        ('{"prompt": "a, {b", $0}\n{"target": "x"}', {"target", "source"}),
        ('{"prompt": "a$0"}', set()),
        ('{"prompt": $0', set()),
    ],
)
def test_inside_json_lines(text: str, expected: set[str]) -> None:
    assert labels("a.jsonl", text) == expected


def test_the_word_at_the_cursor_is_replaced() -> None:
    (guest,) = (found for found in proposals("a.j2", "{{ gu$0xx }}", "guest: Bo") if found.label == "guest")
    assert (guest.start, guest.end, guest.text, guest.detail) == (3, 7, "guest", "Bo")
    (key,) = (found for found in proposals("a.prompty", "---\nde$0\n---\nx") if found.label == "description")
    assert (key.start, key.end, key.text) == (4, 6, "description: ")
    (key,) = (found for found in proposals("a.prompty", "---\nde$0x: 3\n---\nx") if found.label == "description")
    assert (key.start, key.end, key.text) == (4, 7, "description")
    (row,) = (found for found in proposals("a.jsonl", '{"pr$0"') if found.label == "prompt")
    assert (row.start, row.end, row.text) == (1, 5, '"prompt"')


def test_filters_and_tests_are_explained() -> None:
    for text in ("{{ a|$0 }}", "{{ a is $0 }}"):
        assert all(found.documentation for found in proposals("a.j2", text))


def test_the_chosen_case_gives_the_values() -> None:
    sidecar = "cases: {a: {values: {x: {one: 1}}}, b: {values: {x: {two: 2}}}}"
    assert labels("a.j2", "{{ x }}{{ x.$0 }}", sidecar, case="b") == {"two"}


def test_plain_text_has_no_tags_without_values() -> None:
    assert labels("a.txt", "{{ $0 }}") == set()
    assert "x" in labels("a.txt", "{{ $0 }}", "x: 1")


any_text = st.lists(st.sampled_from(TEXT_PIECES)).map("".join)


@given(st.sampled_from(["a.prompty", "a.j2", "a.jsonl", "a.txt"]), any_text, st.none() | any_text, st.data())
def test_any_text_has_completions(path: str, text: str, sidecar: str | None, data: st.DataObject) -> None:
    snapshot = snapshot_of(path, text, sidecar if path in ("a.j2", "a.txt") else None)
    for at, document in snapshot.documents.items():
        offset = data.draw(st.integers(0, len(document.text)))
        for found in completions(snapshot, at, offset):
            assert 0 <= found.start <= offset <= found.end <= len(document.text)
            assert not any(end in document.text[found.start : found.end] for end in "\r\n")
