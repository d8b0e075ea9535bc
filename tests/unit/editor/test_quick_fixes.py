"""A fix makes its problem go away, in the style in which the file is written."""

# ruff: noqa: E501 - a file and what becomes of it stand on one line each.

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marked_texts import changed, snapshot_of

from prompt_salience.editor.quick_fixes import QuickFix, quick_fixes
from prompt_salience.editor.snapshot import Snapshot


def all_fixes(snapshot: Snapshot) -> list[QuickFix]:
    return [
        fix
        for path, document in snapshot.documents.items()
        for fix in quick_fixes(snapshot, path, 0, len(document.text))
    ]


def the_fix(snapshot: Snapshot, title: str) -> QuickFix:
    (found,) = {fix.title: fix for fix in all_fixes(snapshot) if fix.title == title}.values()
    return found


def apply(snapshot: Snapshot, title: str) -> dict[str, str]:
    fix = the_fix(snapshot, title)
    after = changed(snapshot, fix.changes)
    before = {(problem.code, problem.message) for problem in snapshot.analysis.problems}
    left = {(problem.code, problem.message) for problem in after.analysis.problems}
    assert (fix.problem.code, fix.problem.message) not in left
    assert left <= before
    return {path: document.text for path, document in after.documents.items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi {{ guest }}", '---\ninputs:\n  guest:\n    example: ""\n---\nHi {{ guest }}'),
        ("a\r\n{{ guest }}", '---\r\ninputs:\r\n  guest:\r\n    example: ""\r\n---\r\na\r\n{{ guest }}'),
        ("---\n# x\n---\nHi {{ guest }}", '---\n# x\ninputs:\n  guest:\n    example: ""\n---\nHi {{ guest }}'),
        ("---\nname: a\n---\nHi {{ guest }}", '---\nname: a\ninputs:\n  guest:\n    example: ""\n---\nHi {{ guest }}'),
        ("---\n{name: a}\n---\nHi {{ guest }}", '---\n{name: a, inputs: {guest: {example: ""}}}\n---\nHi {{ guest }}'),
        (
            "---\ninputs:\n    a: 1 # one\n# end\nname: b\n---\nHi {{ guest }}{{ a }}",
            '---\ninputs:\n    a: 1 # one\n    guest:\n      example: ""\n# end\nname: b\n---\nHi {{ guest }}{{ a }}',
        ),
        (
            "---\ninputs: {a: 1}\n---\n{{ a }}{{ guest }}",
            '---\ninputs: {a: 1, guest: {example: ""}}\n---\n{{ a }}{{ guest }}',
        ),
        ("---\ninputs: {}\n---\nHi {{ guest }}", '---\ninputs: {guest: {example: ""}}\n---\nHi {{ guest }}'),
        ("---\ninputs: []\n---\nHi {{ guest }}", '---\ninputs: [{name: guest, example: ""}]\n---\nHi {{ guest }}'),
        (
            "---\ninputs:\n- name: a\n  example: 1\n---\n{{ a }}{{ guest }}",
            '---\ninputs:\n- name: a\n  example: 1\n- name: guest\n  example: ""\n---\n{{ a }}{{ guest }}',
        ),
        (
            "---\ninputs:\n  guest:\n    kind: string\n---\nHi {{ guest }}",
            '---\ninputs:\n  guest:\n    kind: string\n    example: ""\n---\nHi {{ guest }}',
        ),
        (
            "---\ninputs:\n  guest: {kind: integer}\n---\nHi {{ guest }}",
            "---\ninputs:\n  guest: {kind: integer, example: 0}\n---\nHi {{ guest }}",
        ),
        (
            "---\ninputs:\n  - name: guest\n    kind: array\n---\nHi {{ guest }}",
            "---\ninputs:\n  - name: guest\n    kind: array\n    example: []\n---\nHi {{ guest }}",
        ),
        (
            "---\ninputs:\n  a: |\n    text\n\n---\n{{ a }}{{ guest }}",
            '---\ninputs:\n  a: |\n    text\n\n  guest:\n    example: ""\n---\n{{ a }}{{ guest }}',
        ),
    ],
)
def test_a_missing_value_goes_into_the_front_matter(text: str, expected: str) -> None:
    assert apply(snapshot_of("a.prompty", text), "Add a value for 'guest'") == {"a.prompty": expected}


@pytest.mark.parametrize(
    ("sidecar", "expected"),
    [
        (None, 'guest: ""\n'),
        ("", 'guest: ""\n'),
        ("# none yet", '# none yet\nguest: ""\n'),
        ("dish: a", 'dish: a\nguest: ""'),
        ("dish: a\n", 'dish: a\nguest: ""\n'),
        ("{dish: a}", '{dish: a, guest: ""}'),
        ("values:\n  dish: a\ntarget: b\n", 'values:\n  dish: a\n  guest: ""\ntarget: b\n'),
        ("cases:\n  egg:\n    values: {dish: a}\n", 'cases:\n  egg:\n    values: {dish: a, guest: ""}\n'),
        ("values: {dish: a}\ncases:\n  egg: {}\n", 'values: {dish: a}\ncases:\n  egg: {values: {guest: ""}}\n'),
        (
            "values: {dish: a}\r\ncases:\r\n  - name: egg\r\n    target: b\r\n",
            'values: {dish: a}\r\ncases:\r\n  - name: egg\r\n    target: b\r\n    values:\r\n      guest: ""\r\n',
        ),
        (
            "values: &all\n  dish: a\ncases:\n  egg:\n    values: *all\n",
            'values: &all\n  dish: a\n  guest: ""\ncases:\n  egg:\n    values: *all\n',
        ),
    ],
)
def test_a_missing_value_goes_into_the_sidecar(sidecar: str | None, expected: str) -> None:
    dish = "" if sidecar is None or "dish" not in sidecar else "{{ dish }}"
    snapshot = snapshot_of("m/a.j2", f"Hi {{{{ guest }}}} {dish}", sidecar)
    assert apply(snapshot, "Add a value for 'guest'")["m/a.values.yaml"] == expected


def test_a_missing_value_goes_into_the_case_that_is_shown() -> None:
    sidecar = "cases:\n  egg:\n    values:\n      dish: a\n  ham:\n    values:\n      dish: b\n"
    snapshot = snapshot_of("a.j2", "Hi {{ guest }} {{ dish }}", sidecar, case="ham")
    assert apply(snapshot, "Add a value for 'guest'")["a.values.yaml"] == sidecar + '      guest: ""\n'


def test_a_variable_with_the_name_of_a_key_goes_under_values() -> None:
    assert apply(snapshot_of("a.j2", "Hi {{ cases }}"), "Add a value for 'cases'")["a.values.yaml"] == (
        'values:\n  cases: ""\n'
    )


@pytest.mark.parametrize(
    ("path", "text", "sidecar", "title", "expected"),
    [
        ("a.j2", "Hi {{ gest }}", "guest: a", "Change to 'guest'", "Hi {{ guest }}"),
        ("a.j2", "{{ b.titel }}", "b: {title: a}", "Change to 'title'", "{{ b.title }}"),
        ("a.j2", "{{ b['titel'] }}", "b: {title: a}", "Change to 'title'", "{{ b['title'] }}"),
        ("a.j2", "{{ 1|uper }}", None, "Change to 'upper'", "{{ 1|upper }}"),
        ("a.j2", "{{ 1 is definde }}", None, "Change to 'defined'", "{{ 1 is defined }}"),
        ("a.j2", "{% foreach x in [1] %}{{ x }}{% endfor %}", None, "Change to 'for'", "{% for x in [1] %}{{ x }}{% endfor %}"),
        ("a.prompty", "asistant:\nhi", None, "Change to 'assistant'", "assistant:\nhi"),
        ("a.prompty", "---\nnmae: x\n---\nhi", None, "Change to 'name'", "---\nname: x\n---\nhi"),
        ("a.prompty", '---\n{"nmae": x}\n---\nhi', None, "Change to 'name'", '---\n{"name": x}\n---\nhi'),
        ("a.prompty", "---\ninputs: {a: {exmple: 1, kind: string, default: b}}\n---\n{{ a }}", None, "Change to 'example'",
         "---\ninputs: {a: {example: 1, kind: string, default: b}}\n---\n{{ a }}"),
        ("a.jsonl", '{"promt": "x"}', None, "Change to 'prompt'", '{"prompt": "x"}'),
        ("a.jsonl", '{"prompt": "x", "taget": "y"}', None, "Change to 'target'", '{"prompt": "x", "target": "y"}'),
    ],
)  # fmt: skip
def test_a_misspelt_name_is_changed(path: str, text: str, sidecar: str | None, title: str, expected: str) -> None:
    snapshot = snapshot_of(path, text, sidecar)
    assert the_fix(snapshot, title).preferred
    assert apply(snapshot, title)[path] == expected


def test_a_misspelt_key_of_a_sidecar_is_changed() -> None:
    snapshot = snapshot_of("a.j2", "{{ a }}", "values: {a: b}\n'taget': c")
    assert apply(snapshot, "Change to 'target'")["a.values.yaml"] == "values: {a: b}\n'target': c"


@pytest.mark.parametrize(
    ("sidecar", "expected"),
    [
        ("old: 1", "{}"),
        ("a: 1\nold: 2", "a: 1"),
        ("a: 1\nold: 2\n", "a: 1\n"),
        ("a: 1\n# about it\nold: 2 # two\nb: 3\n", "a: 1\n# about it\nb: 3\n"),
        ("old: 2\na: 1\n", "a: 1\n"),
        ("a: 1\r\nold: |\r\n  x\r\n  y\r\nb: 2\r\n", "a: 1\r\nb: 2\r\n"),
        ("a: |\n  x\nold: 1\nb: 2\n", "a: |\n  x\nb: 2\n"),
        ("{a: 1, old: [1, {b: 2}], b: 3}", "{a: 1, b: 3}"),
        ("{old: 1, a: 1}", "{a: 1}"),
        ("values:\n  old: 1\ntarget: x\n", "values:\n  {}\ntarget: x\n"),
        ("cases:\n  egg:\n    values: {a: 1}\n  ham:\n    values: {old: 1}\n", "cases:\n  egg:\n    values: {a: 1}\n  ham:\n    values: {}\n"),
    ],
)  # fmt: skip
def test_an_unused_value_is_removed(sidecar: str, expected: str) -> None:
    snapshot = snapshot_of("a.j2", "Hi {% if a is defined %}{{ a }}{{ b|d('') }}{% endif %}", sidecar)
    assert apply(snapshot, "Remove 'old'")["a.values.yaml"] == expected


@pytest.mark.parametrize(
    ("front_matter", "expected"),
    [
        ("inputs: {old: 1}", "inputs: {}"),
        ("inputs:\n  old:\n    kind: string\n  a: 1", "inputs:\n  a: 1"),
        ("inputs:\n  - name: a\n    example: 1\n  - name: old\n    example: 1\nname: x", "inputs:\n  - name: a\n    example: 1\nname: x"),
        ("inputs:\n  - name: old\n    example: 1\nname: x", "inputs:\n  []\nname: x"),
        ("sample:\n  old: 1\n  a: 2", "sample:\n  a: 2"),
    ],
)  # fmt: skip
def test_an_unused_input_is_removed(front_matter: str, expected: str) -> None:
    body = "Hi {{ a|d('') }}"
    after = apply(snapshot_of("a.prompty", f"---\n{front_matter}\n---\n{body}"), "Remove 'old'")
    assert after == {"a.prompty": f"---\n{expected}\n---\n{body}"}


def test_what_an_alias_stands_for_is_not_removed() -> None:
    snapshot = snapshot_of("a.j2", "Hi {{ a }}", "old: &x 1\na: *x")
    assert [fix.title for fix in all_fixes(snapshot)] == []


def test_problems_elsewhere_and_of_older_texts_have_no_fix() -> None:
    snapshot = snapshot_of("a.j2", "Hi {{ gest }}", "guest: a")
    assert quick_fixes(snapshot, "a.j2", 0, 3) == ()
    newer = snapshot_of("a.j2", "Hi  {{ gest }}", "guest: a")
    assert quick_fixes(Snapshot(newer.documents, snapshot.analysis), "a.j2", 0, 20) == ()


VALUES = st.recursive(
    st.sampled_from(["1", "a b", "'it''s'", '"x # y"', "|\n{}  a\n{}  b", ">-\n{}  a\n\n{}  b", "[1, {x: 2}]", "{}"]),
    lambda inner: st.lists(inner, min_size=1, max_size=2).map(lambda found: "MAP" + "\x00".join(found)),
    max_leaves=3,
)


def block(name: str, value: str, indent: str) -> str:
    if value.startswith("MAP"):
        inner = value.removeprefix("MAP").replace("MAP", "").split("\x00")
        return f"{indent}{name}:\n" + "\n".join(block(f"k{i}", item, indent + "   ") for i, item in enumerate(inner))
    return f"{indent}{name}: {value.replace('{}', indent) if value != '{}' else value}"


@given(
    st.lists(st.tuples(VALUES, st.booleans(), st.booleans()), min_size=1, max_size=4),
    st.sampled_from(["", "values", "cases"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_every_fix_of_a_generated_sidecar_works(
    entries: list[tuple[str, bool, bool]], shape: str, line_end: str, ends: bool
) -> None:
    indent = {"": "", "values": "  ", "cases": "      "}[shape]
    head = {"": "", "values": "values:\n", "cases": "cases:\n  egg:\n    values:\n"}[shape]
    lines = []
    for number, (value, _, comment) in enumerate(entries):
        lines += [block(f"v{number}", value, indent), *(["   # a comment"] if comment else [])]
    sidecar = (head + "\n".join(lines) + ("\n" if ends else "")).replace("\n", line_end)
    used = "".join(f"{{{{ v{number} }}}}" for number, (_, is_used, _) in enumerate(entries) if is_used)
    snapshot = snapshot_of("a.j2", f"Hi {{{{ missing_one }}}} {used}", sidecar)
    found = {fix.title for fix in all_fixes(snapshot)}
    unused = {f"Remove 'v{number}'" for number, (_, is_used, _) in enumerate(entries) if not is_used}
    assert found >= {"Add a value for 'missing_one'", *unused}
    for title in found:
        apply(snapshot, title)
