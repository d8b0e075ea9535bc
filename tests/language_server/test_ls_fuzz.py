"""Whatever is typed: the server has the text that the editor has, and every answer makes sense for it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bare_client import BareClient
from fake_editor import position_at, uri_of, whole
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lsp_checks import REFUSALS, applied, as_sent, check_ranges, check_tokens

MENU = """\
---
cases:
  eggs:
    values: {likes: cheese, dish: Souffle}
---
You judge dishes on a menu for a guest.

Guest likes: {{ likes }}
Dish: {{ dish }}
Recommendation:
"""
PIECES = (
    *("\n", "\r\n", "\r", "\u2028", "\u2029", "\x0b", "\x0c", "\x85", "\t", "\0", " ", "\ufeff", "\u200b", "e\u0301"),
    *("😀", "👩\u200d🚀", "\ud83d", "\ude00", "𝔊emma", "ünïcödé", "Dish: egg.\n", "One. Two! Three?\n\n", "# Head\n"),
    *("{{", "}}", "{{ dish }}", "{{ dish | upper }}", "{{ 😀 }}", "{{ x.y[0] }}", "{{ dish", "{{-", "-}}", "{%", "%}"),
    *("{% if dish %}", "{% else %}", "{% endif %}", "{% for d in dishes %}", "{% endfor %}", "{% set a = 1 %}"),
    *("{% raw %}", "{% endraw %}", "{#", "#}", "{# 😀 #}", "{% include 'x' %}", "{% macro m(a) %}", "{% endmacro %}"),
    *("---\n", "---\ncases:\n", "cases: [", "  eggs: {values: {dish: 😀}}\n", "model: x\n", "? !!python/x &a *a\n"),
    *("<start_of_turn>user\n", "<end_of_turn>\n", "<start_of_turn>", "# user\n", "**system**:\n", "'", '"', "\\", ":"),
)
places = st.tuples(st.floats(0, 1), st.floats(0, 1))
inserted = st.one_of(st.sampled_from(PIECES), st.text(max_size=8), st.lists(st.sampled_from(PIECES), max_size=4).map("".join))
edits = st.lists(st.tuples(places, inserted), min_size=1, max_size=6)
_numbers = itertools.count()


class Writer:
    """Someone who edits one document, and asks for everything all the time."""

    def __init__(self, client: BareClient, capabilities: dict[str, Any], uri: str) -> None:
        self.client, self.uri, self.version, self.text = client, uri, 1, ""
        self.legend = capabilities["semanticTokensProvider"]["legend"]
        self.known: dict[str, Any] = {}
        self.offered = [
            (method, members)
            for method, capability, members in REQUESTS
            if capability in capabilities
        ]

    def write(self, text: str) -> None:
        self.version, self.text = self.version + 1, as_sent(text)
        self.client.change(self.uri, self.version, text)

    def edit(self, place: tuple[float, float], text: str) -> None:
        start, end = sorted(round(part * len(self.text)) for part in place)
        # Long deletions leave nothing to try.
        end = min(end, start + 20)
        self.write(self.text[:start] + text + self.text[end:])

    def check(self, place: tuple[float, float]) -> None:
        """Everything that can be asked about the text is answered, and the answers fit."""
        start, end = (_position(self.text, round(part * len(self.text))) for part in sorted(place))
        asked = {"line": start["line"], "character": start["character"]}
        values = {"position": asked, "range": {"start": start, "end": end}, "newName": "renamed"}
        document = {"textDocument": {"uri": self.uri}}
        sent = []
        for method, members in self.offered:
            given = {name: values[name] for name in members if name in values}
            more = {"context": EXTRA[method]} if method in EXTRA else {}
            sent.append((method, self.client.ask(f"textDocument/{method}", document | given | more)))
        for method, request in sent:
            self._check_answer(method, self.client.answer(request))
        self._check_tokens({"start": start, "end": end})

    def _check_answer(self, method: str, answer: dict[str, Any]) -> None:
        if "error" in answer:
            assert answer["error"]["code"] in REFUSALS, (method, answer)
        else:
            check_ranges(answer["result"], self.uri, {self.uri: self.text})

    def _check_tokens(self, asked: dict[str, Any]) -> None:
        document = {"textDocument": {"uri": self.uri}}
        full = self._tokens("full", document)
        delta = self._tokens("full/delta", document | {"previousResultId": full["resultId"]})
        if self.known:
            assert applied(full["data"], delta["edits"]) == full["data"]
        found = check_tokens(self.text, full["data"], self.legend)
        part = self._tokens("range", document | {"range": asked})
        assert check_tokens(self.text, part["data"], self.legend) <= found

    def _tokens(self, what: str, params: dict[str, Any]) -> dict[str, Any]:
        return dict(self.client.result(f"textDocument/semanticTokens/{what}", params))
