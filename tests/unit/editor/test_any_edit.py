"""Whatever is typed, in whichever file, every question has an answer, and it stands inside the text."""

from __future__ import annotations

from dataclasses import replace

from explained_snapshots import explained, loop, sample
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.editor.analysis import Source, analyse
from prompt_salience.editor.choices import Choices
from prompt_salience.editor.highlights import highlights
from prompt_salience.editor.hints import hints
from prompt_salience.editor.hover import hover
from prompt_salience.editor.lenses import lenses
from prompt_salience.editor.response_document import response_document
from prompt_salience.editor.response_hover import response_hover
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.syntax import file_syntax
from prompt_salience.editor.tints import tints
from prompt_salience.editor.variable_info import VariableInfo
from prompt_salience.engine_client.protocol import Method
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.source_map import Place
from prompt_salience.prompts.units import Granularity

ROWS = Document("rows.jsonl", '{"prompt": "One \\u00e9.\\nTwo."}\r\n{"prompt": "Three."}')
WINDOWS = Document("windows.txt", "Be brief.\r\n\r\nSay \u2028 what it is. 🍳\r\n")
SNAPSHOTS = [
    explained(*loop(), choices=Choices(method=Method.GRAD_DOT_INPUT)),
    explained(*sample("arithmetic.j2"), choices=Choices(granularity=Granularity.WORD)),
    explained(*sample("headline.prompty"), choices=Choices(granularity=Granularity.MESSAGE)),
    explained(*sample("brainstorm.prompty"), choices=Choices(granularity=Granularity.VARIABLE)),
    explained(ROWS, choices=Choices(granularity=Granularity.TOKEN)),
    explained(WINDOWS, choices=Choices(granularity=Granularity.PARAGRAPH)),
]
TYPED = st.one_of(
    st.sampled_from(["", "{{ x }}", "{% if x %}", "{#", "---\n", "user:\n", "\r\n", '"', "\u2028"]),
    st.text(st.sampled_from("ab .{}%#\n\r:-🍳"), max_size=6),
)


def link(place: Place) -> str:
    return f"file:///{place.path}#{place.start}"


def typed(snapshot: Snapshot, path: str, at: int, cut: int, new: str, *, analysed: bool) -> Snapshot:
    text = snapshot.documents[path].text
    documents = {**snapshot.documents, path: Document(path, text[:at] + new + text[at + cut :])}
    beside = next((document for name, document in documents.items() if name != snapshot.path), None)
    source = Source(documents[snapshot.path], beside)
    return replace(snapshot, documents=documents, analysis=analyse(source) if analysed else snapshot.analysis)


def ask_everything(snapshot: Snapshot, path: str, offset: int) -> None:
    length = len(snapshot.documents[path].text)
    pieces = [*tints(snapshot, path), *highlights(snapshot, path, file_syntax(snapshot, path))]
    assert all(0 <= piece.start < piece.end <= length for piece in pieces)
    assert all(0 <= hint.offset <= length for hint in hints(snapshot, path))
    assert all(0 <= lens.offset <= len(snapshot.documents[snapshot.path].text) for lens in lenses(snapshot))
    variable = VariableInfo("x", Place(path, offset, min(offset + 1, length)), "value")
    for found in (hover(snapshot, path, offset, link), hover(snapshot, path, offset, link, variable)):
        assert found is None or (0 <= found.start <= found.end <= length and found.markdown)
    assert snapshot.explained is not None
    document = response_document(snapshot.explained.run, snapshot.explained)
    of_response = response_hover(snapshot, document, document.offset(2), link)
    assert of_response is None or document.response_start <= of_response.start < of_response.end


@given(st.data(), st.sampled_from(SNAPSHOTS), st.integers(0, 20), TYPED, st.booleans())
def test_every_question_has_an_answer(
    data: st.DataObject, snapshot: Snapshot, cut: int, new: str, analysed: bool
) -> None:
    path = data.draw(st.sampled_from(sorted(snapshot.documents)))
    at = data.draw(st.integers(0, len(snapshot.documents[path].text)))
    now = typed(snapshot, path, at, cut, new, analysed=analysed)
    ask_everything(now, path, data.draw(st.integers(0, len(now.documents[path].text))))


def test_an_empty_file_has_no_influence() -> None:
    for snapshot in SNAPSHOTS:
        text = snapshot.documents[snapshot.path].text
        empty = typed(snapshot, snapshot.path, 0, len(text), "", analysed=True)
        ask_everything(empty, snapshot.path, 0)
        assert tints(empty, snapshot.path) == ()
