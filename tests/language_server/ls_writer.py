"""Someone who writes anything at all, and asks for everything all the time."""

from __future__ import annotations

from typing import Any

from bare_client import BareClient
from fake_editor import position_at
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from lsp_checks import REFUSALS, applied, as_sent, check_ranges, check_tokens

PIECES = (
    *("\n", "\r\n", "\r", "\u2028", "\u2029", "\x0b", "\x0c", "\x85", "\t", "\0", " ", "\ufeff", "\u200b", "e\u0301"),
    *("😀", "👩\u200d🚀", "\ud83d", "\ude00", "𝔊emma", "ünïcödé", "Dish: egg.\n", "One. Two! Three?\n\n", "# Head\n"),
    *("{{", "}}", "{{ dish }}", "{{ dish | upper }}", "{{ 😀 }}", "{{ x.y[0] }}", "{{ dish", "{{-", "-}}", "{%", "%}"),
    *("{% if dish %}", "{% else %}", "{% endif %}", "{% for d in dishes %}", "{% endfor %}", "{% set a = 1 %}"),
    *("{% raw %}", "{% endraw %}", "{#", "#}", "{# 😀 #}", "{% include 'x' %}", "{% macro m(a) %}", "{% endmacro %}"),
    *("---\n", "---\ncases:\n", "cases: [", "  eggs: {values: {dish: 😀}}\n", "model: x\n", "? !!python/x &a *a\n"),
    *("<start_of_turn>user\n", "<end_of_turn>\n", "<start_of_turn>", "# user\n", "**system**:\n", "'", '"', "\\", ":"),
)
Place = tuple[float, float]
LONGEST_DELETION = 20
FUZZ = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
places = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(lambda place: (place[0] / 100, place[1] / 100))
inserted = st.one_of(
    st.sampled_from(PIECES), st.text(max_size=8), st.lists(st.sampled_from(PIECES), max_size=4).map("".join)
)
changes = st.lists(st.tuples(places, inserted), min_size=1, max_size=5)
texts = st.lists(inserted, max_size=12).map("".join)
REQUESTS = (
    ("hover", "hoverProvider", ("position",)),
    ("definition", "definitionProvider", ("position",)),
    ("references", "referencesProvider", ("position",)),
    ("prepareRename", "renameProvider", ("position",)),
    ("rename", "renameProvider", ("position", "newName")),
    ("completion", "completionProvider", ("position",)),
    ("codeAction", "codeActionProvider", ("range",)),
    ("inlayHint", "inlayHintProvider", ("range",)),
    ("codeLens", "codeLensProvider", ()),
    ("foldingRange", "foldingRangeProvider", ()),
    ("documentSymbol", "documentSymbolProvider", ()),
)
CONTEXTS = {"references": {"includeDeclaration": True}, "codeAction": {"diagnostics": []}}


class Writer:
    """Someone who edits one document, and asks for everything all the time."""

    def __init__(self, client: BareClient, capabilities: dict[str, Any], uri: str, text: str, language: str) -> None:
        self.client, self.uri, self.version, self.text = client, client.open(uri, text, language), 1, as_sent(text)
        self.legend = capabilities["semanticTokensProvider"]["legend"]
        self.document = {"textDocument": {"uri": uri}}
        self.offered = [(method, members) for method, offer, members in REQUESTS if offer in capabilities]

    def write(self, text: str) -> None:
        self.version, self.text = self.version + 1, as_sent(text)
        self.client.change(self.uri, self.version, text)

    def edit(self, place: Place, text: str) -> None:
        start, end = self._offsets(place)
        # A deletion of everything leaves nothing to try.
        self.write(self.text[:start] + text + self.text[min(end, start + LONGEST_DELETION) :])

    def check(self, place: Place) -> None:
        """Everything that can be asked about the text is answered, and the answers fit."""
        start, end = (position(self.text, offset) for offset in self._offsets(place))
        values = {"position": self._interesting(place), "range": {"start": start, "end": end}, "newName": "renamed"}
        sent = {
            method: self.client.ask(
                f"textDocument/{method}", self._params(method, {name: values[name] for name in names})
            )
            for method, names in self.offered
        }
        for method, request in sent.items():
            self._check_answer(method, self.client.answer(request))

    def check_tokens(self, place: Place) -> None:
        """Tokens fit the text, and are the same however they are asked for."""
        before = self._tokens("full")
        self.edit(place, "😀\n")
        self.settle()
        delta = self._tokens("full/delta", previousResultId=before["resultId"])
        after = self._tokens("full")
        assert applied(before["data"], delta["edits"]) == after["data"]
        found = check_tokens(self.text, after["data"], self.legend)
        start, end = (position(self.text, offset) for offset in self._offsets(place))
        part = self._tokens("range", range={"start": start, "end": end})
        assert check_tokens(self.text, part["data"], self.legend) <= found

    def settle(self) -> None:
        """Wait until the very text is analysed: this request does."""
        self.client.request("textDocument/definition", self.document | {"position": {"line": 0, "character": 0}})

    def _interesting(self, place: Place) -> dict[str, int]:
        """A position, every other time that of a name."""
        start, end = self._offsets(place)
        name = self.text.find("{{ ", start) + 3
        return position(self.text, name if end % 2 and name > start else start)

    def _offsets(self, place: Place) -> tuple[int, int]:
        start, end = sorted(round(part * len(self.text)) for part in place)
        return start, end

    def _params(self, method: str, values: dict[str, Any]) -> dict[str, Any]:
        context = {"context": CONTEXTS[method]} if method in CONTEXTS else {}
        return self.document | values | context

    def _check_answer(self, method: str, answer: dict[str, Any]) -> None:
        if "error" in answer:
            assert answer["error"]["code"] in REFUSALS, (method, answer)
        else:
            check_ranges(answer["result"], self.uri, {self.uri: self.text})

    def _tokens(self, what: str, **more: Any) -> dict[str, Any]:
        return dict(self.client.result(f"textDocument/semanticTokens/{what}", self.document | more))


def position(text: str, offset: int) -> dict[str, int]:
    position = position_at(text, offset)
    return {"line": position.line, "character": position.character}


def leave(client: BareClient) -> None:
    """End a server that may not have failed, nor said so in its log, nor shown anything."""
    assert client.leave() == 0
    client.end()
    client.assert_answered_once()
    assert "Traceback" not in client.logged, client.logged[client.logged.index("Traceback") - 500 :][:6000]
    assert not client.noise
    assert not client.popups
