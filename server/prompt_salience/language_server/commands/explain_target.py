"""``promptSalience.explainTarget``: uri, target. Returns a job's id, or null where the answer is known already.

The target is null for the whole response, a number for one of its sentences (or other units), counted from one, a text
that is in it, a pair of code points of it, or a range or position in the document that shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pygls.exceptions import JsonRpcInvalidParams

from prompt_salience.editor.snapshot import Explained
from prompt_salience.editor.targets import Wanted, part_spans, with_target
from prompt_salience.explaining import Span
from prompt_salience.language_server.commands.arguments import asked_file, asked_uri, further, range_of
from prompt_salience.language_server.prompt_file import PromptFile
from prompt_salience.language_server.server import Server

NAME = "promptSalience.explainTarget"


async def execute(ls: Server, *arguments: Any) -> str | None:
    """Explain the whole response, or a part of it."""
    file = await asked_file(ls, arguments)
    if file.explained is None:
        ls.messages.error("There is no response yet: run the prompt first.")
        return None
    wanted = asked_target(ls, file.explained, arguments)
    if wanted is None:
        if not _is_caret(further(arguments)):
            ls.messages.error(refusal(file.explained, further(arguments)))
        return None
    return choose_target(ls, file, file.explained, wanted)


def asked_target(ls: Server, explained: Explained, arguments: Sequence[Any]) -> Wanted | None:
    """What the second argument names of the response; None where there is no text.

    Raises:
        JsonRpcInvalidParams: it names nothing that could be a target.
    """
    asked = further(arguments)
    span = None if asked is None else _span(ls, explained, asked, asked_uri(ls, arguments))
    return None if asked is not None and span is None else Wanted(span)


def choose_target(ls: Server, file: PromptFile, explained: Explained, wanted: Wanted) -> str | None:
    """Explain a part of the response: at once where its scores are known, else by a job, whose id is returned."""
    known = with_target(explained, wanted)
    if known is None:
        return ls.running.explain(file, wanted).id
    file.explained = known
    ls.explained(file)
    return None


def _span(ls: Server, explained: Explained, asked: Any, uri: str) -> Span | None:
    if isinstance(asked, bool) or not isinstance(asked, (int, str, list, Mapping)):
        raise JsonRpcInvalidParams("A target is null, a number, a text, a pair of numbers, a range or a position.")
    if isinstance(asked, int):
        return _of_unit(explained, asked)
    if isinstance(asked, str):
        return _of_text(explained, asked)
    if isinstance(asked, list):
        return _of_pair(explained, asked)
    wanted, view = range_of(asked), ls.views.of_response(uri)
    return view.target(wanted) if view else None


def _is_caret(asked: Any) -> bool:
    """Whether it is a place without text: a click beside the response is no question that wants an answer."""
    if not isinstance(asked, Mapping):
        return False
    wanted = range_of(asked)
    return wanted.start == wanted.end


def refusal(explained: Explained, asked: Any) -> str:
    """Why there is nothing to explain in what was asked."""
    if isinstance(asked, int):
        count = len(part_spans(explained.explanation))
        return f"The response has {count} {'part' if count == 1 else 'parts'}; there is no part {asked}."
    return "There is no text of the response in what is to be explained."


def _of_unit(explained: Explained, number: int) -> Span | None:
    parts = part_spans(explained.explanation)
    return parts[number - 1] if 1 <= number <= len(parts) else None


def _of_text(explained: Explained, text: str) -> Span | None:
    wanted = text.strip()
    start = explained.explanation.response.find(wanted) if wanted else -1
    return (start, start + len(wanted)) if start >= 0 else None


def _of_pair(explained: Explained, pair: Sequence[Any]) -> Span | None:
    if len(pair) != 2 or not all(isinstance(number, int) for number in pair):
        raise JsonRpcInvalidParams("A pair of code points has a start and an end.")
    start, end = pair
    return (start, end) if explained.explanation.response[max(start, 0) : end].strip() else None
