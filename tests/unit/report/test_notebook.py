"""The picture in a notebook: well-formed, escaped, self-contained."""

import sys
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from specimens import MENU, RESPONSE, explained

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.engine_client.protocol import Method
from prompt_salience.prompts.units import Granularity
from prompt_salience.report.notebook import html, show_explanations_in_notebooks


class Reader(HTMLParser):
    """Collects texts and titles, and fails on a tag that is closed out of order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open, self.tags, self.titles, self.text = [], set(), [], ""
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.titles += [value for name, value in attributes if name == "title"]
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_prompt_and_response_are_shown_as_written():
    shown = Reader(html(explained(granularity=Granularity.WORD))).text
    assert MENU in shown
    assert RESPONSE in shown


def test_tinted_units_carry_their_share():
    page = Reader(html(explained(chosen=2)))
    assert "influence 30%" in page.titles
    assert "30%" in page.text
    assert "influence −11%" in Reader(html(explained(chosen=2, method=Method.GRAD_DOT_INPUT))).titles


def test_a_partial_target_is_underlined():
    assert "<u><b>Recommendation: Go for it.</b></u>" in html(explained(chosen=2))
    assert "<u>" not in html(explained())


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "</div><img src=x onerror=y>", "&lt;", '" onload="x'])
def test_hostile_text_stays_text(hostile):
    page = Reader(html(explained(f"A {hostile}.", f" B {hostile}.", case=hostile, hint=hostile)))
    assert page.text.count(hostile) == 4
    assert page.tags <= {"div", "span", "b", "u", "br", "small"}


def test_nothing_is_loaded_from_elsewhere():
    page = html(explained())
    assert "http" not in page
    assert "url(" not in page


def test_ipython_is_told_how_to_show_an_explanation(monkeypatch):
    shown = {}
    formatter = SimpleNamespace(for_type=lambda kind, show: shown.update({kind: show}))
    shell = SimpleNamespace(display_formatter=SimpleNamespace(formatters={"text/html": formatter}))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    show_explanations_in_notebooks()
    assert shown == {Explanation: html}


@pytest.mark.parametrize("ipython", [None, SimpleNamespace(get_ipython=lambda: None)])
def test_without_a_notebook_nothing_happens(monkeypatch, ipython):
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    show_explanations_in_notebooks()
