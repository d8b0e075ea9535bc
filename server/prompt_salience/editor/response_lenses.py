"""The commands above the sentences of a response: explain this one."""

from __future__ import annotations

from collections import Counter

from prompt_salience.editor.lenses import EXPLAIN_TARGET, Lens
from prompt_salience.editor.lines import Lines
from prompt_salience.editor.markdown import shortened
from prompt_salience.editor.response_document import ResponseDocument
from prompt_salience.editor.snapshot import Explained
from prompt_salience.editor.targets import chosen_contrast, chosen_span
from prompt_salience.explaining import Span

NAME_WIDTH = 24
EXPLAIN_WHOLE = "explain the whole response"


def response_lenses(document: ResponseDocument, explained: Explained | None = None) -> tuple[Lens, ...]:
    """One lens above each sentence, and one for the whole response above the header; none while it is being written.

    The arguments are the start and end of the target in the response; the whole response has none. Where several
    sentences begin on one line, each lens names its own.
    """
    if not document.complete or not document.sentences:
        return ()
    now = _explained_now(document, explained)
    whole = Lens(0, "whole response explained now" if now == _whole(document) else EXPLAIN_WHOLE, EXPLAIN_TARGET)
    lines = Lines(document.text)
    spans = {span: lines.at(document.offset(span[0])) for span in document.sentences}
    on_line = Counter(spans.values())
    names = {span: _name(document, span) if on_line[line] > 1 else "" for span, line in spans.items()}
    return (whole, *(_lens(document, span, name, explained_now=now == span) for span, name in names.items()))


def _lens(document: ResponseDocument, span: Span, name: str, *, explained_now: bool) -> Lens:
    title = f"{name} explained now".lstrip() if explained_now else f"explain {name or 'this'}"
    return Lens(document.offset(span[0]), title, EXPLAIN_TARGET, span)


def _name(document: ResponseDocument, span: Span) -> str:
    return f'"{shortened(document.response[slice(*span)], NAME_WIDTH)}"'


def _whole(document: ResponseDocument) -> Span:
    return 0, len(document.response)


def _explained_now(document: ResponseDocument, explained: Explained | None) -> Span | None:
    if explained is None or explained.explanation.response != document.response:
        return None
    if chosen_contrast(explained.explanation):
        # The lens leads back from the contrast to the plain target.
        return None
    return chosen_span(explained.explanation)
