"""YAML between two lines of ``---`` at the top of a file.

Decisions:
- Only a line that is ``---`` and nothing else closes the front matter; dashes inside it do not.
"""

from __future__ import annotations

import re

from prompt_salience.prompts.document import Document
from prompt_salience.prompts.problems import Problem, PromptError
from prompt_salience.prompts.source_map import Place
from prompt_salience.prompts.yaml_data import YamlText

OPENING = re.compile(r"\s*^---[ \t]*(?:\r\n|\r|\n|\Z)", re.MULTILINE)
CLOSING = re.compile(r"^---[ \t]*(?:\r\n|\r|\n|\Z)", re.MULTILINE)


def split_front_matter(document: Document) -> tuple[YamlText | None, int]:
    """The front matter, or None where there is none, and the offset at which the body starts.

    Raises:
        PromptError: the front matter is not closed.
    """
    opening = OPENING.match(document.text)
    if opening is None:
        return None, 0
    closing = CLOSING.search(document.text, opening.end())
    if closing is None:
        start = document.text.index("---")
        place = Place(document.path, start, start + 3)
        message = "The front matter is not closed."
        raise PromptError(Problem(place, message, "front-matter", "Put a line of --- below it."))
    return YamlText(document, opening.end(), closing.start()), closing.end()


def front_matter_range(text: str) -> tuple[int, int, int] | None:
    """Start and end of the front matter in any text, and where the body starts; None where there is none.

    Front matter that is not closed reaches to the end of the text.
    """
    opening = OPENING.match(text)
    if opening is None:
        return None
    closing = CLOSING.search(text, opening.end())
    end, body = closing.span() if closing else (len(text), len(text))
    return opening.end(), end, body
