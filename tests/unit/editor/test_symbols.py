"""Every place of a variable, with the right scope."""

# ruff: noqa: E501 - a template with its cursor stands on one line.

from __future__ import annotations

import pytest
from marked_texts import marked, snapshot_of

from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.symbols import SymbolPlace, definition, references, symbol_at, symbols
from prompt_salience.editor.variable_lookup import LONGEST, shortened, variable_info


def shown(snapshot: Snapshot, places: tuple[SymbolPlace, ...]) -> list[str]:
    """Each place as line:column text role."""
    found = []
    for place in places:
        document = snapshot.documents[place.place.path]
        line, column = document.line_and_column(place.place.start)
        written = document.text[place.place.start : place.place.end]
        found.append(f"{document.path[2:]} {line}:{column} {written} {place.role}")
    return found


SIDECAR = "values:\n  guest: {name: Bo}\ncases:\n  egg:\n    values: {dish: a}\n  ham:\n    values: {dish: b, guest: {name: Al}}\n"
BODY = "{{ guest.name }}\n{% for dish in [dish] %}{{ dish }}{% endfor %}\n{% set x = guest %}{{ x }}"


@pytest.mark.parametrize(
    ("text", "sidecar", "expected"),
    [
        (BODY.replace("{{ guest", "{{ gue$0st"), SIDECAR, ["j2 1:4 guest read", "j2 3:12 guest read", "values.yaml 2:3 guest value", "values.yaml 7:23 guest value"]),
        (BODY.replace("guest.name", "guest.na$0me"), SIDECAR, ["j2 1:10 name read", "values.yaml 2:11 name value", "values.yaml 7:31 name value"]),
        (BODY, SIDECAR.replace("name: Al", "na$0me: Al"), ["j2 1:10 name read", "values.yaml 2:11 name value", "values.yaml 7:31 name value"]),
        (BODY.replace("for dish", "for $0dish"), SIDECAR, ["j2 2:8 dish definition", "j2 2:28 dish read"]),
        (BODY.replace("[dish", "[dish$0"), SIDECAR, ["j2 2:17 dish read", "values.yaml 5:14 dish value", "values.yaml 7:14 dish value"]),
        (BODY.replace("{{ x", "{{ $0x"), SIDECAR, ["j2 3:8 x definition", "j2 3:23 x read"]),
        (BODY.replace("{{ x", "{$0{ x"), SIDECAR, []),
    ],
)  # fmt: skip
def test_references(text: str, sidecar: str, expected: list[str]) -> None:
    snapshot, path, offset = marked("a.j2", text, sidecar)
    assert shown(snapshot, references(snapshot, path, offset)) == expected


@pytest.mark.parametrize(
    ("case", "marker", "expected"),
    [
        ("egg", "{{ gue$0st", ["values.yaml 2:3 guest value"]),
        ("ham", "{{ gue$0st", ["values.yaml 7:23 guest value", "values.yaml 2:3 guest value"]),
        ("egg", "[di$0sh", ["values.yaml 5:14 dish value"]),
        ("ham", "[di$0sh", ["values.yaml 7:14 dish value"]),
        ("ham", "guest.na$0me", ["values.yaml 7:31 name value", "values.yaml 2:11 name value"]),
        ("ham", "{{ di$0sh", ["j2 2:8 dish definition"]),
    ],
)
def test_definitions_are_those_of_the_chosen_case(case: str, marker: str, expected: list[str]) -> None:
    text = BODY.replace(marker.replace("$0", ""), marker)
    snapshot, path, offset = marked("a.j2", text, SIDECAR, case)
    assert shown(snapshot, definition(snapshot, path, offset)) == expected


@pytest.mark.parametrize(
    ("front_matter", "expected"),
    [
        ("inputs:\n  guest: Bo", ["prompty 3:3 guest declaration"]),
        ("inputs:\n  guest: {kind: string}\nsample:\n  guest: Bo", ["prompty 5:3 guest value", "prompty 3:3 guest declaration"]),
        ("inputs:\n- name: guest\n  example: Bo", ["prompty 3:9 guest declaration"]),
    ],
)  # fmt: skip
def test_definitions_in_front_matter(front_matter: str, expected: list[str]) -> None:
    snapshot, path, offset = marked("a.prompty", f"---\n{front_matter}\n---\n{{{{ gue$0st }}}}")
    assert shown(snapshot, definition(snapshot, path, offset)) == expected


def test_parts_of_examples_in_front_matter() -> None:
    text = (
        "---\ninputs:\n  guest:\n    kind: object\n    example: {rows: [{name: Bo}]}\n---\n{{ guest.rows[0].na$0me }}"
    )
    snapshot, path, offset = marked("a.prompty", text)
    assert shown(snapshot, references(snapshot, path, offset)) == [
        "prompty 7:18 name read",
        "prompty 5:23 name value",
    ]
    info = variable_info(snapshot, path, offset)
    assert info is not None
    assert (info.name, info.value) == ("guest.rows[0].name", "Bo")


def test_a_variable_is_told_with_its_value() -> None:
    snapshot, path, offset = marked("a.j2", BODY.replace("[dish", "[d$0ish"), SIDECAR, "ham")
    info = variable_info(snapshot, path, offset)
    assert info is not None
    assert info.place is not None
    assert (info.name, info.value, info.declared) == ("dish", "b", None)
    assert snapshot.documents[info.place.path].text[info.place.start : info.place.end] == "b"
    local, path, offset = marked("a.j2", BODY.replace("{{ dish", "{{ d$0ish"), SIDECAR, "ham")
    info = variable_info(local, path, offset)
    assert info is not None
    assert info.declared is not None
    assert (info.value, info.place, info.declared.start) == (None, None, BODY.index("dish in"))


def test_no_variable_is_told_where_there_is_none() -> None:
    snapshot = snapshot_of("a.j2", "text {{ x }}", "x: 1")
    assert variable_info(snapshot, "a.j2", 2) is None
    assert symbol_at(snapshot, "other", 0) is None
    assert definition(snapshot, "a.j2", 2) == ()


def test_an_older_analysis_has_no_symbols() -> None:
    older, newer = snapshot_of("a.j2", "{{ x }}", "x: 1"), snapshot_of("a.j2", " {{ x }}", "x: 1")
    assert symbols(Snapshot(newer.documents, older.analysis)) == ()
    assert symbols(snapshot_of("a.j2", "{{ x", "x: 1")) == ()


def test_values_are_shortened() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    snapshot, path, offset = marked("a.j2", "{{ $0a39[0]|d('') if false }}", bomb)
    info = variable_info(snapshot, path, offset)
    assert info is not None
    assert info.value is not None
    assert len(info.value) == LONGEST
    assert shortened({"é": [1, None]}) == '{"é": [1, null]}'
    assert shortened("abc", 2) == "a…"
