"""Plain text and Markdown, and whatever no other format claims.

Decisions:
- Text is taken literally: ``{{`` in it is two braces. Only a sidecar makes it a template, because only then are
  there values to fill in.
- Nothing is dropped: a line end at the end of the file is part of the prompt.
"""

from __future__ import annotations

from prompt_salience.prompts.cases import Case
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.formats.format import PromptTemplate
from prompt_salience.prompts.formats.jinja_file import parse_jinja
from prompt_salience.prompts.normalised import NormalisedText

NAME = "text"
ENDINGS = (".txt", ".md", ".markdown", ".text")
LANGUAGES = ("plaintext", "text", "markdown", "prompt", "prompt-salience-text")
HAS_SIDECAR = True


def parse(document: Document, sidecar: Document | None) -> PromptTemplate:
    """The prompt that a document holds."""
    if sidecar is not None:
        return parse_jinja(document, sidecar, NAME, keep_trailing_newline=True)
    return PromptTemplate(document, None, NAME, NormalisedText(document, 0, len(document.text)), (Case(),))
