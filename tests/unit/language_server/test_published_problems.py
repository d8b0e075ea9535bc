"""Diagnostics stand where the text is that they are about, also while it is being analysed."""

from __future__ import annotations

from lsprotocol import types

from prompt_salience.editor.analysis import Source, analyse
from prompt_salience.language_server.diagnostics import Diagnostics
from prompt_salience.language_server.open_documents import OpenDocuments
from prompt_salience.language_server.positions import Lines
from prompt_salience.language_server.prompt_file import PromptFile
from prompt_salience.prompts.document import Document

TEXT = "Dish: {{ dish }}\n"


def test_what_was_found_in_an_older_text_is_not_published_for_a_newer_one() -> None:
    published: list[types.PublishDiagnosticsParams] = []
    diagnostics = Diagnostics(OpenDocuments(), published.append, Lines)
    document = Document("/menu.j2", TEXT)
    file = PromptFile("file:///menu.j2", document, analysis=analyse(Source(document)))
    diagnostics.put(file)
    (found,) = published[-1].diagnostics
    assert (found.code, found.range.start) == ("undefined-variable", types.Position(0, 9))

    file.document = Document("/menu.j2", f"You judge dishes.\n{TEXT}")
    diagnostics.put(file)
    assert len(published) == 1
    file.analysis = analyse(Source(file.document))
    diagnostics.put(file)
    (found,) = published[-1].diagnostics
    assert found.range.start == types.Position(1, 9)
