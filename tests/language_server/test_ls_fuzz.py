"""Whatever is typed: the server has the text that the editor has, and every answer makes sense for it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from bare_client import BareClient
from fake_editor import uri_of
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ls_session import eventually
from ls_writer import FUZZ, Place, Writer, changes, leave, places, position, texts

MENU = """\
You judge dishes on a menu for a guest.

Guest likes: {{ likes }}
Dish: {{ dish }} 😀
{% if likes %}Be brief. Be kind.{% endif %}
Recommendation:
"""
VALUES = "cases:\n  eggs:\n    values: {likes: cheese, dish: Souffle}\n"
KINDS = (("jinja", ".j2"), ("jinja", ""), ("markdown", ".md"), ("prompty", ".prompty"), ("jsonl", ".jsonl"))
_numbers = itertools.count()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareClient]:
    """One server for all that follows, which does nothing by itself, so that what it says stays the same."""
    client = BareClient(cache=tmp_path_factory.mktemp("cache"), settings={"live": "off"})
    yield client
    leave(client)


@pytest.fixture(scope="module")
def capabilities(client: BareClient) -> dict[str, Any]:
    return client.initialize()


@pytest.fixture(scope="module")
def explained(client: BareClient, capabilities: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Writer:
    """A document whose influence is known, for the text that it begins with."""
    folder = tmp_path_factory.mktemp("prompts")
    (folder / "menu.values.yaml").write_text(VALUES, encoding="utf-8")
    writer = Writer(client, capabilities, uri_of(folder / "menu.j2"), MENU, "jinja")
    client.run(writer.uri)
    whole = {"start": position(MENU, 0), "end": position(MENU, len(MENU))}
    assert client.result("textDocument/inlayHint", writer.document | {"range": whole})
    return writer


@given(kind=st.sampled_from(KINDS), text=texts, changes=changes, place=places)
@settings(FUZZ, max_examples=300)
def test_any_text(
    client: BareClient, capabilities: dict[str, Any], kind: tuple[str, str], text: str, changes: list[Any], place: Place
):
    language, ending = kind
    writer = Writer(client, capabilities, f"untitled:Untitled-{next(_numbers)}{ending}", text, language)
    writer.settle()
    for where, piece in changes:
        writer.edit(where, piece)
        writer.check(where)
    writer.settle()
    writer.check(place)
    writer.check_tokens(place)
    client.close(writer.uri)


@given(changes=changes, place=places)
@settings(FUZZ, max_examples=200)
def test_any_edit_of_an_explained_prompt(explained: Writer, changes: list[Any], place: Place):
    explained.write(MENU)
    explained.settle()
    for where, piece in changes:
        explained.edit(where, piece)
        explained.check(where)
    explained.settle()
    explained.check(place)
    explained.check_tokens(place)


@pytest.fixture(scope="module")
def response(client: BareClient, capabilities: dict[str, Any], explained: Writer) -> Writer:
    """The response, as the editor shows it once it is complete: with a lens for each sentence."""
    shown = [one["params"]["uri"] for one in client.questions if one["method"] == "window/showDocument"]
    path = Path(unquote(urlsplit(shown[0]).path))
    writer = Writer(client, capabilities, shown[0], "", "markdown")
    eventually(path.is_file)
    while not client.result("textDocument/codeLens", writer.document):
        writer.write(path.read_text(encoding="utf-8"))
    return writer


@given(place=places)
@settings(FUZZ, max_examples=100)
@example(place=(0.0, 1.0))
def test_any_place_of_a_response(explained: Writer, response: Writer, place: Place):
    explained.write(MENU)
    explained.settle()
    response.check(place)


@given(changes=changes, place=places)
@settings(FUZZ, max_examples=50)
def test_a_response_that_was_written_over(response: Writer, changes: list[Any], place: Place):
    shown = response.text
    for where, piece in changes:
        response.edit(where, piece)
        response.check(where)
    response.write(shown)
    response.check(place)
