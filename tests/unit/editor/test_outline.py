"""What a prompt file consists of, and what of it can be folded."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from marked_texts import TEXT_PIECES, snapshot_of

from prompt_salience.editor.folding import Fold, FoldKind, folds
from prompt_salience.editor.outline import Item, outline

PROMPTY = """---
name: x
inputs:
  guest: {kind: string, example: Bo}
  dish: soup
---
system:
Be brief.

# Rules
## First
One.
## Second
Two.
# Examples

Q: a
A: b

Q: c
A: d

user:
{% if guest %}
Q: {{ dish }}
{% else %}
none
{% endif %}
{# a
comment #}
A:
"""
SIDECAR = """values:
  guest: Bo
cases:
  egg:
    values:
      dish: |
        soup
        stew
    target: x
  ham: {values: {dish: b}}
"""


def drawn(text: str, items: tuple[Item, ...], indent: str = "") -> list[str]:
    """A line for each item: its kind and name, its first words, and the number of its lines."""
    found = []
    for item in items:
        lines = text[item.start : item.end].rstrip("\n").count("\n") + 1
        found += [f"{indent}{item.kind} {item.name} {lines}", *drawn(text, item.children, indent + "  ")]
    return found


def test_the_outline_of_prompty() -> None:
    snapshot = snapshot_of("a.prompty", PROMPTY)
    assert drawn(PROMPTY, outline(snapshot, "a.prompty")) == [
        "variable guest 1",
        "variable dish 1",
        "message system 15",
        "  heading Rules 5",
        "    heading First 2",
        "    heading Second 2",
        "  heading Examples 7",
        "    example Example 1 2",
        "    example Example 2 2",
        "message user 9",
    ]


def test_the_outline_of_values() -> None:
    snapshot = snapshot_of("a.j2", "{{ guest }}{{ dish }}", SIDECAR)
    assert drawn(SIDECAR, outline(snapshot, "a.values.yaml")) == [
        "value guest 1",
        "case egg 6",
        "  value dish 3",
        "case ham 1",
        "  value dish 1",
    ]
    simple = "guest: Bo\n# c\ndish: [a,\n  b]\n"
    assert drawn(simple, outline(snapshot_of("a.j2", "x", simple), "a.values.yaml")) == [
        "value guest 1",
        "value dish 2",
    ]


def test_the_outline_of_rows() -> None:
    text = '{"prompt": "a"}\r\n\n  {"prompt": "b"} \n{"broken'
    assert [(item.name, item.detail) for item in outline(snapshot_of("a.jsonl", text), "a.jsonl")] == [
        ("Row 1", '{"prompt": "a"}'),
        ("Row 2", '{"prompt": "b"}'),
        ("Row 3", '{"broken'),
    ]


def test_an_outline_stays_while_the_template_is_broken() -> None:
    snapshot = snapshot_of("a.prompty", PROMPTY + "{{ gu")
    assert snapshot.analysis.template is None
    assert [item.name for item in outline(snapshot, "a.prompty")] == ["guest", "dish", "system", "user"]


def test_what_can_be_folded() -> None:
    found = folds(snapshot_of("a.prompty", PROMPTY), "a.prompty")
    assert found == (
        Fold(0, 5),
        Fold(6, 20),
        Fold(9, 13),
        Fold(10, 11),
        Fold(12, 13),
        Fold(14, 20),
        Fold(16, 17),
        Fold(19, 20),
        Fold(22, 30),
        Fold(23, 24),
        Fold(25, 26),
        Fold(28, 29, FoldKind.COMMENT),
    )


def test_blocks_that_are_not_closed_are_not_folded() -> None:
    text = "{% if a %}\n{% for b in c %}\nx\n{% endif %}\n{% endfor %}\n"
    assert folds(snapshot_of("a.j2", text), "a.j2") == (Fold(0, 2),)
    assert folds(snapshot_of("a.txt", text), "a.txt") == ()


def check(items: tuple[Item, ...], start: int, end: int) -> None:
    for item in items:
        assert item.name
        assert start <= item.start <= item.name_start <= item.name_end <= item.end <= end
        check(item.children, item.start, item.end)
        start = item.end


any_text = st.lists(st.sampled_from(TEXT_PIECES)).map("".join)


@given(st.sampled_from(["a.prompty", "a.j2", "a.jsonl", "a.txt"]), any_text, st.none() | any_text)
def test_any_text_has_an_outline_without_overlap(path: str, text: str, sidecar: str | None) -> None:
    snapshot = snapshot_of(path, text, sidecar if path in ("a.j2", "a.txt") else None)
    for at, document in snapshot.documents.items():
        check(outline(snapshot, at), 0, len(document.text))
        last_line = document.text.count("\n") + document.text.count("\r")
        assert all(0 <= fold.first < fold.last <= last_line for fold in folds(snapshot, at))
