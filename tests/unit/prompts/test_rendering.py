"""From files to prompts: every exact character is where its place says, and problems stand where the fault is."""

from __future__ import annotations

import pytest

from prompt_salience.prompts.document import Document
from prompt_salience.prompts.problems import Problem, PromptError
from prompt_salience.prompts.rendered import Form, RenderedPrompt
from prompt_salience.prompts.rendering import render
from prompt_salience.prompts.source_map import OriginKind
from prompt_salience.prompts.template import PromptTemplate, parse_template, sidecar_name, template_problems

PROMPTY = """---
name: menu
inputs:
  guest: "no \\"eggs\\"\\nuser:\\n"
  count: {kind: integer, example: 3, default: 4}
  long: |
    line one
      indented

    line three
  folded: >-
    one two
    three
  single: 'it''s'
sample: {extra: 1.50, dish: 'soup'}
---
Be brief.

user:
Guest {{ guest }} {{ count }} {{ long|upper }}{{ folded }} {{ single }}
{% for _ in [1, 2] %}{{ dish }}, {% endfor %}{{ extra }}
assistant:
Fine.
user:
And now?
"""


def template(path: str, text: str, sidecar: str | None = None) -> PromptTemplate:
    beside = Document(f"{path}.values.yaml", sidecar) if sidecar is not None else None
    return parse_template(Document(path, text), beside)


def check_source_map(prompt: RenderedPrompt, found: PromptTemplate, overrides: dict[str, str] | None = None) -> None:
    texts = {document.path: document.text for document in (found.document, found.sidecar) if document}
    texts |= {f"--set {name}": text for name, text in (overrides or {}).items()}
    assert prompt.source_map.length == len(prompt.text)
    for segment in prompt.source_map.segments:
        place = segment.origin.place
        assert (place is None) == (segment.origin.kind is OriginKind.SCAFFOLDING)
        if place is not None:
            assert 0 <= place.start <= place.end <= len(texts[place.path])
        if segment.exact:
            assert place is not None
            assert prompt.text[segment.start : segment.end] == texts[place.path][place.start : place.end]


def problems(path: str, text: str, sidecar: str | None = None, **options: object) -> list[tuple[str, str, Problem]]:
    """Code, marked text and problem of every fault found."""
    with pytest.raises(PromptError) as caught:
        render(template(path, text, sidecar), **options)  # type: ignore[arg-type]
    texts = {path: text, f"{path}.values.yaml": sidecar or ""}
    overrides = options.get("overrides", {})
    assert isinstance(overrides, dict)
    texts |= {f"--set {name}": value for name, value in overrides.items()}
    return [(p.code, texts[p.place.path][p.place.start : p.place.end], p) for p in caught.value.problems]


def test_prompty_becomes_gemma_turns() -> None:
    found = template("menu.prompty", PROMPTY)
    prompt = render(found)
    assert prompt.form is Form.CHAT
    assert prompt.text == (
        '<start_of_turn>user\nBe brief.\n\nGuest no "eggs"\nuser:\n 3 LINE ONE\n  INDENTED\n\nLINE THREE\n'
        "one two three it's\nsoup, soup, 1.5<end_of_turn>\n<start_of_turn>model\nFine.<end_of_turn>\n"
        "<start_of_turn>user\nAnd now?<end_of_turn>\n<start_of_turn>model\n"
    )
    assert [message.role for message in prompt.messages] == ["system", "user", "assistant", "user"]
    check_source_map(prompt, found)


def test_raw_form_drops_markers_and_keeps_a_blank_line_between_messages() -> None:
    prompt = render(template("a.prompty", "system:\nBrief.\nuser:\nHi\n"), form=Form.RAW)
    assert prompt.text == "Brief.\n\nHi"
    assert [prompt.text[m.start : m.end] for m in prompt.messages] == ["Brief.", "Hi"]


def test_a_conversation_that_ends_with_the_assistant_leaves_its_turn_open() -> None:
    prompt = render(template("a.prompty", "user:\nHi\nassistant:\nSo,"))
    assert prompt.text == "<start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\nSo,"


def test_an_empty_last_message_is_left_to_the_model() -> None:
    prompt = render(template("a.prompty", "system:\nBrief.\nassistant:\n"))
    assert prompt.text == "<start_of_turn>user\nBrief.<end_of_turn>\n<start_of_turn>model\n"


def test_a_marker_in_a_loop_speaks_each_time() -> None:
    text = (
        "---\ninputs: {qs: [a, b]}\n---\n{% for q in qs %}\nuser:\n{{ q }}\nassistant:\nok\n{% endfor %}\nuser:\nlast"
    )
    assert [m.role for m in render(template("a.prompty", text)).messages] == ["user", "assistant"] * 2 + ["user"]


@pytest.mark.parametrize("name", ["menu.j2", "menu.jinja", "menu.jinja2", "menu.txt", "menu.md"])
def test_a_sidecar_fills_bare_templates(name: str) -> None:
    egg = "  egg:\n    values: {guest: 'Al 🍳', dishes: [egg, ham]}\n    target: no\n"
    values = f"cases:\n{egg}  ham:\n    values: {{guest: Bo}}\n"
    found = template(name, "Hi {{ guest }}\r\n{{ dishes|join(', ') }}", values)
    prompt = render(found, case="egg")
    assert prompt.text == "Hi Al 🍳\negg, ham"
    assert [case.name for case in found.cases] == ["egg", "ham"]
    assert found.cases[0].target == "no"
    check_source_map(prompt, found)
    shown = [(s.origin.variable, s.exact) for s in prompt.source_map.segments if s.origin.kind is OriginKind.VALUE]
    assert shown == [("guest", True), ("dishes[0]", True), ("dishes[1]", True)]


def test_text_without_a_sidecar_is_literal() -> None:
    found = template("a.md", "Say {{ this }} 🍳\r\n")
    prompt = render(found)
    assert prompt.text == "Say {{ this }} 🍳\n"
    check_source_map(prompt, found)


def test_jsonl_rows_are_cases() -> None:
    rows = (
        '{"prompt": "a\\n\\u00e9\\ud83c\\udf73 \\"q\\"", "target": "T", "source": "s"}\r\n\r\n{"prompt": "b\u2028"}\r\n'
    )
    found = template("p.jsonl", rows)
    assert [case.name for case in found.cases] == ["s", "2"]
    assert found.cases[0].target == "T"
    for name, text in (("s", 'a\né🍳 "q"'), ("2", "b\u2028")):
        prompt = render(found, case=name)
        assert prompt.text == text
        check_source_map(prompt, found)


def test_overrides_are_text_unless_the_value_is_not() -> None:
    found = template("a.j2", "{{ name }} {{ xs|join('-') }}", "name: a\nxs: [1]")
    overrides = {"name": "3 é", "xs": "[4, 'b c']"}
    prompt = render(found, overrides=overrides)
    assert prompt.text == "3 é 4-b c"
    check_source_map(prompt, found, overrides)


def test_all_missing_values_are_told_at_their_place() -> None:
    guarded = "{% if c is defined %}{{ c }}{% endif %}{{ d|default('') }}"
    text = "{{ gest }} {{ b.titel }}" + guarded + "{% for x in rows %}{% endfor %}"
    found = problems("a.j2", text, "guest: 1\nb: {title: 2}")
    assert [(code, marked) for code, marked, _ in found] == [
        ("undefined-variable", "gest"),
        ("undefined-attribute", "titel"),
        ("undefined-variable", "rows"),
    ]
    assert [problem.suggestion for _, _, problem in found][:2] == ["Did you mean 'guest'?", "Did you mean 'title'?"]


@pytest.mark.parametrize(
    ("path", "text", "sidecar", "code", "marked"),
    [
        ("a.prompty", "---\na: b\nhi", None, "front-matter", "---"),
        ("a.prompty", "---\n- a\n---\nhi", None, "wrong-type", "- a"),
        ("a.prompty", "---\na: b: c\n---\nhi", None, "yaml", ":"),
        ("a.prompty", "asistant:\nhi", None, "unknown-role", "asistant"),
        ("a.prompty", "---\ninputs:\n  x: ${env:X}\n---\n{{ x }}", None, "unsupported-reference", "${env:X}"),
        ("a.prompty", "---\ninputs:\n  x: {kind: integer, example: a}\n---\n{{ x }}", None, "wrong-type", "a"),
        ("a.prompty", "---\ntemplate: mustache\n---\nhi", None, "unsupported-template", "mustache"),
        ("a.j2", "é🍳\r\n{{ x", None, "template-syntax", "{{"),
        ("a.j2", "{% if x %}\r\nhi", None, "template-syntax", "{% if x %}"),
        ("a.j2", "\r\n{{ 1|uper }}", None, "template-syntax", "uper"),
        ("a.j2", "{% foreach x in y %}", None, "template-syntax", "foreach"),
        ("a.j2", "{{ a }}", "3", "wrong-type", "3"),
        ("a.j2", "{{ a }}", "a: &x [*x]", "yaml", "&x [*x]"),
        ("a.j2", "{{ a }}", "a: 1\na: 2", "yaml", "a"),
        ("a.j2", "{{ a }}", "é: 1\na: \ud800", "invalid-character", "\ud800"),
        ("a.j2", "{{ a }}", "a: !foo 3", "wrong-type", "!foo 3"),
        ("a.j2", "{% for x in 3 %}{% endfor %}", None, "render-error", "{% for x in 3 %}"),
        ("a.jsonl", '{"promt": "x"}', None, "missing-prompt", '"promt"'),
        ("a.jsonl", '{"prompt": 3}', None, "wrong-type", "3"),
        ("a.jsonl", '{"prompt": "\\ud800"}', None, "invalid-character", "\\ud800"),
        ("a.jsonl", "", None, "empty-prompt", ""),
        ("a.txt", "", None, "empty-prompt", ""),
        ("a.txt", " \n", None, "empty-prompt", " \n"),
    ],
)
def test_problems_stand_where_the_fault_is(path: str, text: str, sidecar: str | None, code: str, marked: str) -> None:
    assert [found[:2] for found in problems(path, text, sidecar)] == [(code, marked)]


def test_unknown_overrides_and_cases_are_told_with_a_suggestion() -> None:
    ((code, marked, problem),) = problems("a.j2", "{{ guest }}", "guest: a", overrides={"gest": "b"})
    assert (code, marked, problem.suggestion) == ("unknown-variable", "b", "Did you mean 'guest'?")
    ((code, _, problem),) = problems("a.j2", "x", "cases: {egg: {}, ham: {}}", case="hem")
    assert code == "unknown-case"
    assert problem.suggestion == "Did you mean 'ham'? The cases are: egg, ham."


def test_ordinary_lines_are_no_markers() -> None:
    text = "Note:\nAnalysis:\nusers:\nUsers:\nuser: hi\n"
    assert render(template("a.prompty", text)).text == text


def test_warnings_name_what_nothing_uses() -> None:
    found = template("a.prompty", "---\ndescripton: x\ninputs: {guest: a, dsh: b}\n---\n{{ guest }}{{ dish|d('') }}")
    assert [(p.code, p.suggestion) for p in template_problems(found)] == [
        ("unknown-key", "Did you mean 'description'?"),
        ("unused-value", "Did you mean 'dish'?"),
    ]


@pytest.mark.parametrize(
    ("path", "sidecar"),
    [
        ("a/menu.j2", "a/menu.values.yaml"),
        ("menu.txt", "menu.values.yaml"),
        ("menu", "menu.values.yaml"),
        ("a.b/menu", "a.b/menu.values.yaml"),
        ("menu.prompty", None),
        ("menu.jsonl", None),
        ("<stdin>", None),
    ],
)
def test_sidecar_names(path: str, sidecar: str | None) -> None:
    assert sidecar_name(path) == sidecar


def test_aliases_do_not_grow_without_bound() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    assert [found[:2] for found in problems("a.j2", "{{ a59 }}", bomb)] == [("bounds-exceeded", "{{ a59 }}")]


def test_two_megabytes_of_text_are_fine() -> None:
    text = ("A line of some sixty characters, as they stand in documents.\r\n") * 33_000
    assert len(render(template("a.txt", text)).text) == len(text) - 33_000


def test_a_fault_in_one_part_of_a_file_does_not_hide_those_in_another():
    text = "---\nmodell: gemma\n---\nusr:\n{% include 'a' %}{{ dish|uper }}\n"
    with pytest.raises(PromptError) as refused:
        parse_template(Document("a.prompty", text))
    assert [problem.code for problem in refused.value.problems] == [
        "unknown-key",
        "unknown-role",
        "unsupported-template",
    ]
    with pytest.raises(PromptError) as refused:
        parse_template(Document("a.j2", "{% if x %}"), Document("a.values.yaml", "values: 3\ncases: 4\nvalus: 5\n"))
    assert {problem.place.path for problem in refused.value.problems} == {"a.j2", "a.values.yaml"}
