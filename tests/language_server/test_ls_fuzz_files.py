"""Any bytes as files, and any edits while the engine works: an answer is right or a refusal, never a failure."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bare_client import BareClient
from fake_editor import uri_of
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ls_writer import FUZZ, Place, Writer, changes, leave, places

MENU = "Dish: {{ dish }}\nGuest: {{ guest.name }}\n{% include 'other.j2' %}\nRecommendation:\n"
SIMPLE = "Dish: {{ dish }}. It is good.\nThe guest likes cheese.\nRecommendation:\n"
VALUES = b"cases:\n  eggs:\n    values: {dish: Souffle, guest: {name: Ann}}\n"
LINES = (
    *(
        VALUES,
        b"cases:",
        b"cases: [1, 2]\n",
        b"cases:\n  a: {values: {dish: [1, {}]}}\n",
        b"- a\n",
        b"? x\n",
        b"\t",
        b"%TAG",
    ),
    *(
        b"values: &a {dish: *a}\n",
        b"a: &a [1]\nb: [*a, *a, *a]\n",
        b"!!python/object:os.system x\n",
        b"\xff\xfea\0",
        b"\xef\xbb\xbf",
    ),
    *(
        b"dish: 2001-01-01\n",
        b"dish: 1e999\n",
        b"dish: .nan\n",
        b"dish: |\n  \xe2\x80\xa8\r\n",
        b"{",
        b"}",
        b"\xed\xa0\xbd",
        b"---\n",
        b"...\n",
    ),
    *(
        b'"\\ud83d"',
        b"~: ~\n",
        b"dish: \xf0\x9f\x98\x80\n",
        b"<<: {dish: a}\n",
        b"dish: !!binary x\n",
        b"dish: !unknown {}\n",
    ),
)
contents = st.lists(st.sampled_from(LINES) | st.binary(max_size=12), max_size=6).map(b"".join)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prompts")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[BareClient]:
    client = BareClient(cache=folder / "cache")
    yield client
    leave(client)


@pytest.fixture(scope="module")
def capabilities(client: BareClient) -> dict[str, Any]:
    return client.initialize()


@given(values=contents, template=contents, place=places)
@settings(FUZZ, max_examples=200)
@example(values=VALUES, template=b"", place=(0.5, 0.6))
def test_any_bytes_as_files(
    client: BareClient, capabilities: dict[str, Any], folder: Path, values: bytes, template: bytes, place: Place
):
    beside, path = folder / "any.values.yaml", folder / "any.j2"
    beside.write_bytes(values)
    path.write_bytes(template)
    sidecar = Writer(client, capabilities, uri_of(beside), values.decode("utf-8", "replace"), "yaml")
    sidecar.check(place)
    writer = Writer(client, capabilities, uri_of(path), MENU, "jinja")
    writer.check(place)
    client.close(sidecar.uri)
    changed = {"changes": [{"uri": sidecar.uri, "type": 2}]}
    client.notify("workspace/didChangeWatchedFiles", changed)
    writer.write(template.decode("utf-8", "replace"))
    writer.check(place)
    beside.unlink()
    client.notify("workspace/didChangeWatchedFiles", changed)
    writer.settle()
    writer.check(place)
    writer.check_tokens(place)
    client.close(writer.uri)


@pytest.fixture(scope="module")
def followed(client: BareClient, capabilities: dict[str, Any], folder: Path) -> Writer:
    """A prompt that is explained again after every edit."""
    (folder / "menu.values.yaml").write_bytes(VALUES)
    writer = Writer(client, capabilities, uri_of(folder / "menu.j2"), SIMPLE, "jinja")
    client.run(writer.uri)
    return writer


@given(changes=changes, place=places, pause=st.sampled_from((0.0, 0.2)))
@settings(FUZZ, max_examples=30)
def test_any_edit_while_the_engine_follows(followed: Writer, changes: list[Any], place: Place, pause: float):
    followed.write(SIMPLE)
    for where, piece in changes:
        followed.edit(where, piece)
        followed.check(where)
    # Long enough for the explanation to begin, or just not.
    time.sleep(pause)
    followed.check(place)
