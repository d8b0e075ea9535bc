"""Every method is documented once, and what cannot read that documentation while it runs says the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from editors_document import rows
from prompt_salience.attribution.method_documentation import METHODS, MethodDocumentation
from prompt_salience.engine_client.protocol import Method

ROOT = Path(__file__).parents[3]
NAME = re.compile(r"`(\w+)`")


def test_every_method_is_documented_in_one_sentence_with_its_source():
    assert list(METHODS) == list(Method)
    for about in METHODS.values():
        assert about.name
        assert re.fullmatch(r"[A-Z][^.]+\.", about.sentence)
        assert re.search(r"\d{4}", about.source)


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("Simonyan and others 2013, arXiv:1312.6034", "https://arxiv.org/abs/1312.6034"),
        ("Li and others 2016, arXiv:1612.08220, section 4", "https://arxiv.org/abs/1612.08220"),
        ("Shapley 1953, A value for n-person games", None),
    ],
)
def test_a_source_on_arxiv_has_an_address(source: str, address: str | None):
    assert MethodDocumentation("", "", source).address == address


def test_the_settings_of_the_extension_offer_them_in_the_same_words():
    groups = json.loads((ROOT / "client-vscode" / "package.json").read_text(encoding="utf-8"))["contributes"]
    (setting,) = (
        group["properties"]["promptSalience.method"]
        for group in groups["configuration"]
        if "promptSalience.method" in group["properties"]
    )
    told = dict(zip(setting["enum"], setting["markdownEnumDescriptions"], strict=True))
    assert told == {method.value: about.sentence for method, about in METHODS.items()}


def test_the_documents_name_them_all():
    (meaning,) = (meaning for name, _, meaning in rows("Settings") if name == "method")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    paragraph = readme.partition("\n**Methods**")[2].partition("\n\n")[0]
    for text in (meaning, paragraph):
        assert set(Method) <= set(NAME.findall(text))
