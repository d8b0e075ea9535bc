"""A template can do no harm: it reaches nothing of Python, and its work and its results are bounded."""

from __future__ import annotations

import pytest

from prompt_salience.prompts.document import Document
from prompt_salience.prompts.formats.jinja_file import parse
from prompt_salience.prompts.problems import PromptError
from prompt_salience.prompts.rendering import render

BOMBS = (
    "{{ 'a'*9**9 }}",
    "{{ 2**99999999 }}",
    "{{ 'x'.ljust(10**9) }}",
    "{{ 'x'|center(10**9) }}",
    "{{ 'x'|indent(10**9, true) }}",
    "{{ '%1000000000d' % 3 }}",
    "{{ '%*d' % (10**9, 3) }}",
    "{{ '%.1000000000f' % 3 }}",
    "{{ '{:>1000000000}'.format(3) }}",
    "{{ '{:{w}}'.format(3, w=10**9) }}",
    "{{ '%1000000000d'|format(3) }}",
    "{{ '{a:>1000000000}'.format_map({'a': 1}) }}",
    "{{ (5).to_bytes(10**9, 'big') }}",
    "{{ [1]*10**9 }}",
    "{{ 10**9*[1] }}",
    "{{ [1]|batch(10**9, 0)|list }}",
    "{{ [1]|slice(10**9)|list }}",
    "{{ 1|round(10**9, 'ceil') }}",
    "{{ ('a'*2000000)|list }}",
    "{{ ('a '*2000000).split() }}",
    "{{ ('a'*100000).replace('', 'b'*100000) }}",
    "{{ ('a'*100000)|replace('a', 'b'*100000) }}",
    "{{ ('b'*100000).join('a'*100000) }}",
    "{{ range(100000)|join('b'*100000) }}",
    "{{ ('\\t'*100000).expandtabs(100000) }}",
    "{{ ('a'*100000).translate({97: 'b'*100000}) }}",
    "{{ ('a'*1000000)|wordwrap(1) }}",
    "{{ dict(a=1)|tojson(indent=10**9) }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% for x in [[1]] recursive %}{{ loop([x]) }}{% endfor %}",
    "{% block b %}{{ self.b() }}{% endblock %}",
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{% for a in range(99999) %}{% for b in range(99999) if false %}{% endfor %}{% endfor %}",
    "{% set ns = namespace(x='a') %}{% for i in range(100) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "{% set ns = namespace(x='a') %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns }}",
    "{% set ns = namespace(x=[1]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}",
    "{% set ns = namespace(x=3) %}{% for i in range(100) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
    "{% for i in range(99999) %}" + "a" * 1000 + "{% endfor %}",
    "{{ " + "(" * 500 + "1" + ")" * 500 + " }}",
    "{{ 1" + "+1" * 5000 + " }}",
    "{% if 1 %}" * 500 + "{% endif %}" * 500,
    "{% for a in [1] %}" * 25 + "{% endfor %}" * 25,
)

TRICKS = (
    "{{ ''.__class__.__mro__ }}",
    "{{ ''['__class__'].mro() }}",
    "{{ ''|attr('__class__') }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ '{a.__class__}'.format_map({'a': 1}) }}",
    "{{ ''|attr('format') }}{{ (''|attr('format')).__self__ }}",
    "{{ ['{0.__class__}']|map('format', 1)|list }}{{ x.__init__ }}",
    "{% set f = '{0.__globals__}'.format %}{{ f(range) }}",
    "{{ range.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ ''._runs }}",
    "{{ 'a'.upper.__func__.__globals__ }}",
    "{{ [].append(1) }}",
    "{{ {}.update({1: 2}) }}",
    "{% for x in [1] %}{{ loop.__class__ }}{% endfor %}",
    "{{ cycler.__init__ }}",
    "{% macro m() %}{% endmacro %}{{ m._func }}",
)


def problems_of(template: str) -> tuple[str, ...]:
    with pytest.raises(PromptError) as caught:
        render(parse(Document("t.j2", template), None))
    for problem in caught.value.problems:
        assert problem.place.path == "t.j2"
        assert 0 <= problem.place.start <= problem.place.end <= len(template)
        assert problem.message
    return tuple(problem.code for problem in caught.value.problems)


@pytest.mark.parametrize("template", BOMBS)
def test_work_and_size_are_bounded(template: str) -> None:
    assert problems_of(template) == ("bounds-exceeded",)


@pytest.mark.parametrize("template", TRICKS)
def test_nothing_of_python_can_be_reached(template: str) -> None:
    assert set(problems_of(template)) <= {
        "unsafe-template",
        "undefined-variable",
        "undefined-attribute",
        "render-error",
    }


@pytest.mark.parametrize("template", ["{% include 'a' %}", "{% extends 'a' %}", "{{ [1]|random }}", "{{ 'a'|urlize }}"])
def test_what_prompts_cannot_use_is_refused_where_it_stands(template: str) -> None:
    assert problems_of(template) == ("unsupported-template",)


def test_chance_is_refused_through_the_back_door() -> None:
    assert problems_of("{{ [[1]]|map('random')|list }}{{ lipsum() }}") == ("bounds-exceeded",)


def test_values_are_the_same_after_rendering() -> None:
    values = Document("t.values.yaml", "xs: [a, b]")
    template = parse(Document("t.j2", "{{ xs|indent }}"), values)
    for _ in range(2):
        with pytest.raises(PromptError):
            render(template)
    assert template.cases[0].values["xs"].data == ["a", "b"]
