"""Analyses of slow files wait for a pause in the typing, unless somebody asks for one."""

from __future__ import annotations

import pytest

from prompt_salience.editor.choices import Choices
from prompt_salience.language_server import prompt_files
from prompt_salience.language_server.open_documents import OpenDocuments
from prompt_salience.language_server.prompt_file import PromptFile
from prompt_salience.language_server.prompt_files import PromptFiles

URI = "file:///slow.j2"
SLOW = 1.0
PATIENCE = 5.0


async def test_a_slow_analysis_waits_for_a_pause_and_begins_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(prompt_files, "PAUSE", 60.0)
    monkeypatch.setattr(prompt_files, "LONGEST_DELAY", 60.0)
    analysed: list[PromptFile] = []
    documents = OpenDocuments()
    files = PromptFiles(documents, lambda _uri: Choices(), analysed.append, lambda _file: None)
    files.put(documents.put(URI, "jinja", 1, "Hello"))
    file = files.of_uri(URI)
    assert file
    await files.settle(file, PATIENCE)
    assert file.analysed
    file.cost = SLOW
    files.put(documents.put(URI, None, 2, "Hello there"))
    await files.settle(file, PATIENCE)
    assert not file.analysed
    await files.settle(file, PATIENCE, hurry=True)
    assert file.analysed
    assert len(analysed) == 2
