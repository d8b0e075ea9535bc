"""Renaming changes every place of a variable and never the rendered text, or it is refused."""

# ruff: noqa: E501 - a template and what becomes of it stand on one line each.

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from marked_texts import changed, marked, snapshot_of

from conformance.template_generator import VALUES, TemplateGenerator
from prompt_salience.editor.rename import RenameError, renamable, rename
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.symbols import symbols
from prompt_salience.prompts.jinja.vocabulary import CONSTANTS, KEYWORDS

SIDECAR = yaml.safe_dump(VALUES, allow_unicode=True)
NEW_NAME = "fresh_näme"
ADDRESS = "0x7"
"""Text with a memory address is never the same twice."""


def texts(snapshot: Snapshot) -> dict[str, str]:
    return {path: document.text for path, document in snapshot.documents.items()}


def rendered(snapshot: Snapshot) -> str | None:
    return snapshot.analysis.rendered.text if snapshot.analysis.rendered else None


@pytest.mark.parametrize(
    ("path", "text", "sidecar", "expected", "expected_sidecar"),
    [
        ("a.j2", "{{ gu$0est }} {{ guest.x }}", "guest: {x: 1}", "{{ new }} {{ new.x }}", "new: {x: 1}"),
        ("a.j2", "{{ guest }}", "'gues$0t': 1", "{{ new }}", "'new': 1"),
        ("a.j2", "{{ x }}{% for $0x in x %}{{ x }}{% endfor %}", "x: [1]", "{{ x }}{% for new in x %}{{ new }}{% endfor %}", "x: [1]"),
        ("a.j2", "{{ $0x }}{% for x in x %}{{ x }}{% endfor %}", "x: [1]", "{{ new }}{% for x in new %}{{ x }}{% endfor %}", "new: [1]"),
        ("a.j2", "{% macro m(a, $0b=1) %}{{ b }}{% endmacro %}{{ m(1, b=2) }}", None, "{% macro m(a, new=1) %}{{ new }}{% endmacro %}{{ m(1, new=2) }}", None),
        ("a.j2", "{% macro $0m(a) %}{{ a }}{% endmacro %}{{ m(1) }}", None, "{% macro new(a) %}{{ a }}{% endmacro %}{{ new(1) }}", None),
        ("a.j2", "{% set x = 1 %}{{ $0x }}", None, "{% set new = 1 %}{{ new }}", None),
        ("a.j2", "{% if c %}{% set x = 1 %}{% endif %}{{ x$0 }}", "{c: 0, x: 1}", "{% if c %}{% set new = 1 %}{% endif %}{{ new }}", "{c: 0, new: 1}"),
        ("a.j2", "{% for i in [1] %}{{ x }}{% set x = 2 %}{{ $0x }}{% endfor %}", "x: 1", "{% for i in [1] %}{{ new }}{% set new = 2 %}{{ new }}{% endfor %}", "new: 1"),
        ("a.j2", "{% for i in [1] %}{% set x = 2 %}{{ $0x }}{% endfor %}{{ x }}", "x: 1", "{% for i in [1] %}{% set new = 2 %}{{ new }}{% endfor %}{{ x }}", "x: 1"),
        ("a.j2", "{% set n$0s = namespace(a=1) %}{% set ns.a = 2 %}{{ ns.a }}", None, "{% set new = namespace(a=1) %}{% set new.a = 2 %}{{ new.a }}", None),
        ("a.j2", "\r\n{{ $0x }}\r\n{{ x }}", "values: {x: 1}\ncases:\n  a: {}\n  b: {values: {x: 2}}", "\r\n{{ new }}\r\n{{ new }}", "values: {new: 1}\ncases:\n  a: {}\n  b: {values: {new: 2}}"),
        ("a.prompty", "---\ninputs: {x: 1}\nsample: {x: 2}\n---\n{{ x$0 }}", None, "---\ninputs: {new: 1}\nsample: {new: 2}\n---\n{{ new }}", None),
        ("a.prompty", "---\ninputs:\n- name: \"$0x\"\n  example: 1\n---\n{{ x }}", None, "---\ninputs:\n- name: \"new\"\n  example: 1\n---\n{{ new }}", None),
        ("a.txt", "{{ $0x }}", "x: 1", "{{ new }}", "new: 1"),
    ],
)  # fmt: skip
def test_all_places_of_a_variable_change(
    path: str, text: str, sidecar: str | None, expected: str, expected_sidecar: str | None
) -> None:
    snapshot, at, offset = marked(path, text, sidecar)
    after = changed(snapshot, rename(snapshot, at, offset, "new"))
    assert list(texts(after).values()) == [expected, *([expected_sidecar] if expected_sidecar else [])]
    assert rendered(after) == rendered(snapshot) is not None


@pytest.mark.parametrize(
    ("text", "sidecar", "new_name", "message"),
    [
        ("{{ $0guest }}", "guest: 1", "2x", "is no name"),
        ("{{ $0guest }}", "guest: 1", "a b", "is no name"),
        ("{{ $0guest }}", "guest: 1", "ﬁsh", "is no name"),
        ("{{ $0guest }}", "guest: 1", "if", "has a meaning"),
        ("{{ $0guest }}", "guest: 1", "loop", "has a meaning"),
        ("{{ $0guest }}", "guest: 1", "range", "has a meaning"),
        ("{{ $0guest }}", "guest: 1", "cases", "at the top"),
        ("{{ $0guest }}{{ dish }}", "{guest: 1, dish: 2}", "dish", "already"),
        ("{{ $0guest }}{% set dish = 1 %}", "guest: 1", "dish", "already"),
        ("{{ guest.$0name }}", "guest: {name: 1}", "x", "part of a value"),
        ("{{ guest.name }}", "guest: {$0name: 1}", "x", "part of a value"),
        ("{% for i in [1] %}{{ $0loop.index }}{% endfor %}", None, "x", "belongs to"),
        ("{{ $0range(3) }}", None, "x", "belongs to"),
        ("{{ 1|$0upper }}", None, "x", "no variable"),
        ("te$0xt {{ guest }}", "guest: 1", "x", "no variable"),
        ("{% macro m() %}{% endmacro %}{{ $0m.name }}", None, "x", "passes it on"),
        ("{% macro m($0a) %}{% endmacro %}{{ m(**{'a': 1}) }}", None, "x", "passes it on"),
        ("{% macro m($0a) %}{{ kwargs }}{% endmacro %}{{ m(b=1) }}", None, "b", "passes it on"),
        ("{% macro m() %}{{ caller(a=1) }}{% endmacro %}{% call($0a) m() %}{% endcall %}", None, "x", "passes it on"),
        ("{% set $0a = 1 %}", None, "_a", "begin with _"),
        ("{{ $0a }}", "? &x a\n: 1", "b", "changed safely"),
        ("{{ $0a", None, "b", "are mended"),
    ],
)  # fmt: skip
def test_what_cannot_be_renamed_is_refused(text: str, sidecar: str | None, new_name: str, message: str) -> None:
    snapshot, at, offset = marked("a.j2", text, sidecar)
    with pytest.raises(RenameError, match=message):
        rename(snapshot, at, offset, new_name)


def test_what_can_be_renamed_is_told_without_quotes() -> None:
    snapshot, at, offset = marked("a.j2", "{{ guest }}", "'gu$0est': 1")
    found = renamable(snapshot, at, offset)
    assert (found.start, found.end, found.name) == (1, 6, "guest")


def test_an_older_analysis_renames_nothing() -> None:
    older, newer = snapshot_of("a.j2", "{{ x }}", "x: 1"), snapshot_of("a.j2", " {{ x }}", "x: 1")
    with pytest.raises(RenameError, match="just changed"):
        renamable(Snapshot(newer.documents, older.analysis), "a.j2", 4)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_renaming_never_changes_the_text_and_can_be_taken_back(seed: int) -> None:
    snapshot = snapshot_of("t.j2", TemplateGenerator(seed).template(), SIDECAR)
    for symbol in symbols(snapshot):
        place = symbol.places[-1].place
        try:
            after = changed(snapshot, rename(snapshot, place.path, place.start, NEW_NAME))
        except RenameError:
            continue
        assert ADDRESS in str(rendered(snapshot)).lower() or rendered(after) == rendered(snapshot)
        assert back(after, place.path, symbol.name) == texts(snapshot)


def back(snapshot: Snapshot, path: str, name: str) -> dict[str, str]:
    """The texts with the old name again, by renaming where no other scope uses that name."""
    (fresh,) = (symbol for symbol in symbols(snapshot) if symbol.name == NEW_NAME)
    place = next(found.place for found in fresh.places if found.place.path == path)
    if name in KEYWORDS | CONSTANTS or any(symbol.variable == name for symbol in symbols(snapshot)):
        return {path: text.replace(NEW_NAME, name) for path, text in texts(snapshot).items()}
    return texts(changed(snapshot, rename(snapshot, path, place.start, name)))
