"""``promptSalience.contrastTarget``: uri, target, text. Returns a job's id, or null where the answer is known already.

The target is what ``promptSalience.explainTarget`` takes. It is explained as to why it stands there and not the text.

Decisions:
- Further words are taken for the rest of the text: many editors divide what is typed after a command at its blanks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pygls.exceptions import JsonRpcInvalidParams

from prompt_salience.language_server.commands.arguments import asked_file, further
from prompt_salience.language_server.commands.explain_target import asked_target, choose_target, refusal
from prompt_salience.language_server.server import Server

NAME = "promptSalience.contrastTarget"
NEVER_RUN = "There is no response yet: run the prompt first."
NO_TEXT = (
    "Why not which other text? Give it as the third argument of promptSalience.contrastTarget, after the document and "
    "the part of the response: its number, for example."
)


async def execute(ls: Server, *arguments: Any) -> str | None:
    """Explain why a part of the response stands there rather than another text."""
    file, text = await asked_file(ls, arguments), _text(arguments[2:])
    if file.explained is None or not text:
        ls.messages.error(NO_TEXT if file.explained else NEVER_RUN)
        return None
    wanted = asked_target(ls, file.explained, arguments)
    if wanted is None:
        ls.messages.error(refusal(file.explained, further(arguments)))
        return None
    return choose_target(ls, file, file.explained, replace(wanted, contrast=text))


def _text(words: Sequence[Any]) -> str:
    given = [word for word in words if word is not None]
    if not all(isinstance(word, (str, int, float)) for word in given):
        raise JsonRpcInvalidParams("What a target is contrasted with is a text.")
    return " ".join(map(str, given)).strip()
