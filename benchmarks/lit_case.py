"""The texts that LIT and the engine are compared on: a prompt of about 350 tokens and a response of ten sentences.

The response is given, so that both explain the same tokens, whatever the model would write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "samples" / "menu" / "1-mistake.j2"
VALUES = {"likes": "cheese", "avoids": "cannot eat eggs", "dish": "Cheese souffle"}
SENTENCES = (
    " The guest likes cheese.",
    " The dish has eggs.",
    " The guest avoids eggs.",
    " The soup has onions.",
    " The guest likes mushrooms.",
    " The salad has nuts.",
    " The guest avoids fish.",
    " The dish has cheese.",
    " The guest likes soup.",
    " The dish has nothing.",
)
RESPONSE = "".join(SENTENCES)
_WORDS = re.compile(r"(?<= )[a-z]{4,}\b")
_PUT_IN = "mushrooms"


def prompt(case: str) -> str:
    """A prompt that begins like no other: nothing of it can have been read before. ``case`` is one letter."""
    text = SAMPLE.read_text(encoding="utf-8")
    for name, value in VALUES.items():
        text = text.replace(f"{{{{ {name} }}}}", value)
    return f"{case}.\n\n{text}\n\n{text}".rstrip()


def edits(text: str) -> Iterator[str]:
    """A prompt with one word exchanged for another, from the middle of its last third on."""
    for word in _WORDS.finditer(text, len(text) * 5 // 6):
        if word[0] != _PUT_IN:
            yield text[: word.start()] + _PUT_IN + text[word.end() :]
