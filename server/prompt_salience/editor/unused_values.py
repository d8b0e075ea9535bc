"""Taking out a value, or a declaration, that the template does not use."""

from __future__ import annotations

from collections.abc import Iterator

from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.text_change import Changes
from prompt_salience.editor.yaml_edits import without_entry
from prompt_salience.prompts.formats.prompty import NAME as PROMPTY
from prompt_salience.prompts.formats.written_names import named_cases
from prompt_salience.prompts.source_map import Place
from prompt_salience.prompts.yaml_outline import Entry, Shape


def value_removed(snapshot: Snapshot, name: Place) -> Changes:
    """The changes that take out the value whose name stands at a place; none where no value does."""
    template = snapshot.analysis.template
    if template is None or template.outline is None:
        return {}
    homes = _in_front_matter if template.format == PROMPTY else _in_sidecar
    for home in homes(template.outline):
        for entry in home.entries:
            if _name_place(home, entry) == name:
                text = snapshot.documents[name.path].text
                return {name.path: (without_entry(text, home, entry),)}
    return {}


def _in_front_matter(outline: Entry) -> Iterator[Entry]:
    return (found for name in ("inputs", "sample") if (found := outline.entry(name)))


def _in_sidecar(outline: Entry) -> Iterator[Entry]:
    yield outline
    if values := outline.entry("values"):
        yield values
    for _, case in named_cases(outline):
        if values := case.entry("values"):
            yield values


def _name_place(home: Entry, entry: Entry) -> Place | None:
    name = entry.entry("name") if home.shape is Shape.LIST else None
    return name.place if name else entry.key
