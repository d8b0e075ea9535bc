"""Snapshots of real templates, explained by an engine that answers by heart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from prompt_salience.completing import Filled, complete
from prompt_salience.editor.analysis import Source, analyse
from prompt_salience.editor.choices import Choices
from prompt_salience.editor.snapshot import Explained, Snapshot
from prompt_salience.engine_client.protocol import Method
from prompt_salience.explaining import Settings, explain_run
from prompt_salience.prompts.document import Document
from scripted_engine import ScriptedEngine

SAMPLES = Path(__file__).parents[3] / "samples"
MISTAKE = "menu/1-mistake.j2"

LOOP_PATH = "loop.j2"
LOOP = """\
Judge the dish for {{ guest.name|upper }}.

{# Said to nobody. #}
{%- for dish in dishes %}
- Dish {{ loop.index }}: {{ dish }} is on the menu.
{%- endfor %}
{% if hurried %}
Answer at once.
{% else %}
Take your time. Think twice.
{% endif %}
Analysis:"""
LOOP_VALUES = """\
values:
  guest: {name: Mina, age: 30}
cases:
  eggs:
    values:
      dishes: [Quiche, Onion soup]
      hurried: false
  rice:
    values:
      dishes: [Risotto]
      hurried: true
"""


def sample(name: str) -> tuple[Document, Document | None]:
    """A sample and the file of values beside it."""
    path = SAMPLES / name
    beside = path.with_name(path.stem + ".values.yaml")
    values = Document(f"{path.stem}.values.yaml", beside.read_text()) if beside.exists() else None
    return Document(path.name, path.read_text()), values


def loop(text: str = LOOP, values: str = LOOP_VALUES) -> tuple[Document, Document]:
    """A template with a loop, a branch and a comment, and its values."""
    return Document(LOOP_PATH, text), Document("loop.values.yaml", values)


def unexplained(document: Document, sidecar: Document | None = None, choices: Choices | None = None) -> Snapshot:
    """What is known before the first run."""
    source = Source(document, sidecar)
    chosen = choices or Choices(method=Method.GRAD_L2)
    return Snapshot(source.documents, analyse(source, chosen.case), chosen)


def explained(
    document: Document,
    sidecar: Document | None = None,
    *,
    engine: ScriptedEngine | None = None,
    choices: Choices | None = None,
    target: str | None = None,
    contrast: str | None = None,
) -> Snapshot:
    """A snapshot right after its prompt was run and explained."""
    engine = engine or ScriptedEngine()
    snapshot = unexplained(document, sidecar, choices)
    assert snapshot.analysis.rendered, snapshot.analysis.problems
    filled = Filled(snapshot.analysis.rendered, snapshot.analysis.case, snapshot.documents)
    run = complete(engine, filled, snapshot.choices.sampling)
    settings = Settings(
        method=snapshot.choices.method,
        granularity=snapshot.choices.granularity,
        pattern=snapshot.choices.pattern,
        target_text=target,
        contrast=contrast,
    )
    return replace(snapshot, explained=Explained(run, explain_run(engine, run, settings)))


def edited(snapshot: Snapshot, old: str, new: str, path: str | None = None) -> Snapshot:
    """The snapshot after ``old`` was replaced by ``new`` in one of its documents; what was explained stays."""
    path = path or snapshot.path
    text = snapshot.documents[path].text
    assert text.count(old) == 1, old
    documents = {**snapshot.documents, path: Document(path, text.replace(old, new))}
    beside = next((document for name, document in documents.items() if name != snapshot.path), None)
    source = Source(documents[snapshot.path], beside)
    return replace(snapshot, documents=documents, analysis=analyse(source, snapshot.choices.case))
