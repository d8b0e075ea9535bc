"""What each piece of syntax is styled as, in valid and in broken text."""

# ruff: noqa: E501 - a text and what its pieces are stand on one line each.

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marked_texts import TEXT_PIECES, snapshot_of

from prompt_salience.editor.highlight import Highlight
from prompt_salience.editor.syntax import file_syntax, sidecar_syntax, syntax
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.template import format_of

LINE_END = re.compile(r"[\r\n]")


def shown(path: str, text: str, *, has_sidecar: bool = False) -> str:
    return written(text, syntax(Document(path, text), format_of(path), has_sidecar=has_sidecar))


def written(text: str, found: tuple[Highlight, ...]) -> str:
    return " ".join(f"{text[piece.start : piece.end]}:{piece.kind}" for piece in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a {{ user.name }}", "{{:operator user:variable .:operator name:property }}:operator"),
        ("{{- x|upper -}}", "{{-:operator x:variable |:operator upper:function -}}:operator"),
        ("{{ f(1.5, a='b') }}", "{{:operator f:function (:operator 1.5:number ,:operator a:property =:operator 'b':string ):operator }}:operator"),
        ("{{ x is not none }}", "{{:operator x:variable is:keyword not:keyword none:function }}:operator"),
        ("{{ x.get(y) }}", "{{:operator x:variable .:operator get:function (:operator y:variable ):operator }}:operator"),
        ("{{ 1 if x else true }}", "{{:operator 1:number if:keyword x:variable else:keyword true:keyword }}:operator"),
        ("{%+ for x in y recursive %}", "{%+:operator for:keyword x:variable in:keyword y:variable recursive:keyword %}:operator"),
        ("{% macro m(a, b=1) %}", "{%:operator macro:keyword m:function (:operator a:variable ,:operator b:variable =:operator 1:number ):operator %}:operator"),
        ("{% filter upper %}", "{%:operator filter:keyword upper:function %}:operator"),
        ("{# a\r\nb #}", "{# a:comment b #}:comment"),
        ("{{ 'a\nb' }}", "{{:operator 'a:string b':string }}:operator"),
        ("{{ {'a': {}} }}", "{{:operator {:operator 'a':string ::operator {:operator }:operator }:operator }}:operator"),
        ("{% raw %}{{ x }}{% endraw %}", "{%:operator raw:keyword %}:operator {%:operator endraw:keyword %}:operator"),
        ("{{ gu", "{{:operator gu:variable"),
        ("{{ gu\nof text {{ x }}", "{{:operator gu:variable {{:operator x:variable }}:operator"),
        ("{{ 'gu\ntext", "{{:operator 'gu:string"),
        ("{{ x ? y }}", "{{:operator x:variable y:variable }}:operator"),
        ("{# open\ntext", "{# open:comment"),
        ("{% if x }} y %}", "{%:operator if:keyword x:variable }:operator }:operator y:variable %}:operator"),
    ],
)  # fmt: skip
def test_jinja(text: str, expected: str) -> None:
    assert shown("a.j2", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\nname: x # c\n---\nhi", "---:operator name:property # c:comment ---:operator"),
        ("---\ninputs:\n  - {a: 'b: c', \"d e\": 1}\n---\n", '---:operator inputs:property a:property "d e":property ---:operator'),
        ("---\na: |\n  b: c\n  # d\ne: f\n---\n", "---:operator a:property e:property ---:operator"),
        ("---\na: [\n# c\nb: d\n---\n{{ x }}", "---:operator a:property # c:comment b:property ---:operator {{:operator x:variable }}:operator"),
        ("---\nname: x\nuser:\n", "---:operator name:property user:property"),
        ("user:\nhi\n # Assistant[name=\"x\"]: \nuser: no\nNote:\n", 'user::type Assistant[name="x"]::type'),
        ("{#\nuser:\n#}\nuser:\n", "{#:comment user::comment #}:comment user::type"),
        ("a --- b", ""),
    ],
)  # fmt: skip
def test_prompty(text: str, expected: str) -> None:
    assert shown("a.prompty", text) == expected


def test_json_lines() -> None:
    text = '{"prompt": "a \\"b\\": {{ x }}", "target": 1}\n{"broken: 2, "source" : 3}\n{"open'
    assert shown("a.jsonl", text) == '"prompt":property "target":property'


def test_plain_text_has_syntax_only_beside_values() -> None:
    assert shown("a.md", "# a\n{{ x }}") == ""
    assert shown("a.md", "# a\n{{ x }}", has_sidecar=True) == "{{:operator x:variable }}:operator"
    snapshot = snapshot_of("a.md", "{{ x }}", "x: 1")
    assert written("{{ x }}", file_syntax(snapshot, "a.md")) == "{{:operator x:variable }}:operator"
    assert written("x: 1", file_syntax(snapshot, "a.values.yaml")) == "x:property"
    assert file_syntax(snapshot, "other") == ()


any_text = st.lists(st.sampled_from(TEXT_PIECES)).map("".join) | st.text()


@given(st.sampled_from(["a.prompty", "a.j2", "a.jsonl", "a.txt", "sidecar"]), any_text)
def test_any_text_has_highlights_in_order_within_lines(path: str, text: str) -> None:
    document = Document(path, text)
    found = sidecar_syntax(document) if path == "sidecar" else syntax(document, format_of(path), has_sidecar=True)
    position = 0
    for piece in found:
        assert position <= piece.start < piece.end <= len(text)
        assert not LINE_END.search(text, piece.start, piece.end)
        position = piece.end
