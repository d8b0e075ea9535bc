"""The outline of the YAML in a document, where it can be read."""

from __future__ import annotations

from prompt_salience.prompts.document import Document
from prompt_salience.prompts.formats import prompty
from prompt_salience.prompts.formats.front_matter import front_matter_range
from prompt_salience.prompts.problems import PromptError
from prompt_salience.prompts.yaml_data import YamlText
from prompt_salience.prompts.yaml_outline import Entry, outlined


def read_outline(document: Document, written_in: str = "") -> Entry | None:
    """What stands where in a file of values, or in the front matter of Prompty; None where that cannot be read."""
    start, end = 0, len(document.text)
    if written_in == prompty.NAME:
        start, end, _ = front_matter_range(document.text) or (0, 0, 0)
    text = YamlText(document, start, end)
    try:
        root = text.root()
    except PromptError:
        # The problems of the file tell; it has no outline for now.
        return None
    return outlined(text, root) if root else None
