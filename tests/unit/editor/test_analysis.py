"""What is said of a file that is no text: one thing, where it shows first."""

from __future__ import annotations

import pytest

from prompt_salience.editor.analysis import Analysis, Source, analyse
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.problems import Severity

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR{{ {%\xff"
PROMPT = Document("menu.j2", "Judge {{ dish }}.")
VALUES = Document("menu.values.yaml", "values:\n  dish: Quiche\n")


def as_an_editor_reads(data: bytes, path: str) -> Document:
    return Document(path, data.decode("utf-8", "replace"))


def told(analysis: Analysis) -> list[tuple[str, str, int, Severity]]:
    return [(each.code, each.place.path, each.place.start, each.severity) for each in analysis.problems]


@pytest.mark.parametrize("path", ["menu.j2", "menu.prompty", "menu.jsonl", "menu.txt"])
@pytest.mark.parametrize(("data", "start"), [(PNG, 0), (b"One\0two{{", 3), (b"a{{\0\0\0", 3)])
def test_a_binary_file_is_told_once_and_not_read_as_a_template(path: str, data: bytes, start: int) -> None:
    analysis = analyse(Source(as_an_editor_reads(data, path)))
    assert told(analysis) == [("unreadable-bytes", path, start, Severity.ERROR)]
    assert "binary file" in analysis.problems[0].message
    assert (analysis.template, analysis.rendered) == (None, None)


def test_a_text_in_another_encoding_is_told_at_its_first_fault_and_still_rendered() -> None:
    document = as_an_editor_reads("Brûlée, {{ dish }} für Käthe.".encode("latin-1"), "menu.j2")
    analysis = analyse(Source(document, VALUES))
    assert told(analysis) == [("unreadable-bytes", "menu.j2", 2, Severity.WARNING)]
    assert analysis.rendered is not None


def test_values_that_are_no_text_are_told_at_their_place() -> None:
    values = Document(VALUES.path, VALUES.text.replace("Quiche", "Qui\0che"))
    analysis = analyse(Source(PROMPT, values))
    assert told(analysis) == [("unreadable-bytes", VALUES.path, VALUES.text.index("che"), Severity.ERROR)]
